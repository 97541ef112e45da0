/**
 * What the OpenAPI document says of an endpoint, beside the endpoint itself. Nothing that runs refers to it: it is made of
 * plain values, and of calls that are marked as pure, so that the bundle can leave it out. `build/openapi.ts` makes the
 * document of it.
 */
import type * as v from 'valibot';
import { ENDS, REASONS, STANDINGS } from '../../core/roll/state.ts';
import { CHANNEL_KINDS, SECRET_NAMES } from '../../core/telling/channel.ts';
import { OUTCOMES, PURPOSES } from '../../core/telling/notice.ts';
import { MOST_EXIT, RECORD_STATES, type TimestampRecord } from '../../core/timestamps/record.ts';
import type { OutageView } from '../outages/view.ts';
import type { Series } from '../series/read-series.ts';
import type { Point } from '../series/steps.ts';
import type { Run } from '../sources/runs.ts';
import type { SourceSummary, SourceView } from '../sources/view.ts';

/** A schema of JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>;
/** The fields of a query or a body; each with a message that says what is allowed. */
export type FieldsSchema = v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> };

export interface ResponseDoc {
  readonly description: string;
  /** Those that this answer always has, beside those that every answer has. */
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  /** Those that it has at times. */
  readonly optionalHeaders?: Readonly<Record<string, JsonSchema>>;
  /**
   * The names of schemas, by media type. The first one is what generators take the answer for, so it is the one for
   * programs, whichever a client gets that does not ask.
   *
   * @default - no body
   */
  readonly content?: Readonly<Record<string, keyof typeof SCHEMAS>>;
  /** Where an answer leads to, by a name. @default - nowhere */
  readonly links?: Readonly<Record<string, LinkDoc>>;
}

/** A further request, and which of its parameters stand in this one or in its answer (OpenAPI, "Runtime Expressions"). */
export interface LinkDoc {
  readonly operationId: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly tag: 'timestamps' | 'roll' | 'channels' | 'reports' | 'people' | 'service';
  readonly summary: string;
  readonly description?: string;
  /** The parameters of the path, by name. */
  readonly path?: Readonly<Record<string, v.GenericSchema>>;
  /** Request headers with a meaning of their own, by name; all of them may be left out. */
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  /** @default - it takes no query */
  readonly query?: FieldsSchema;
  /** @default - it takes no body */
  readonly body?: { readonly fields: FieldsSchema; readonly types: readonly string[]; readonly required: boolean };
  /** By status. */
  readonly responses: Readonly<Record<number, ResponseDoc>>;
  /** The statuses of the problems that it answers with, beside those that any address may be answered with. */
  readonly problems: readonly number[];
}

const text = (description: string) => ({ type: 'string', description });
const uuid = (description: string) => ({ type: 'string', format: 'uuid', description });

const time = (description: string) => ({ type: 'string', format: 'date-time', description });

/** What is said of an outage wherever it stands. */
const OUTAGE_OF_SOURCE = {
  id: uuid('A UUIDv7 of the moment at which it began.'),
  startedAt: time('When the source was due and silent, or failed: not when that was noticed.'),
  reason: {
    type: 'string',
    enum: REASONS,
    description: 'Nothing was heard, it failed, a run did not end, or a value was beyond its limit.',
  },
  detail: text('More of the reason, for people.'),
  acknowledgedAt: time('When somebody took it on.'),
  acknowledgedBy: text('Who that was, if it is known.'),
};
const OUTAGE = {
  source: text('The source.'),
  ...OUTAGE_OF_SOURCE,
  endedAt: time('When it ended; absent while it is open.'),
  endedBy: { type: 'string', enum: ENDS, description: 'What ended it.' },
};
const SOURCE = {
  source: text('Its name.'),
  standing: { type: 'string', enum: STANDINGS, description: 'How it stands.' },
  since: time('Since when it stands so; while it is late: since when it was up.'),
  lastContact: time('When it was heard last, as far as this is known without a look at the log.'),
  nextDue: time('When it should answer next, before grace.'),
  every: text('From one answer to the next.'),
  cron: text('When it should answer, as crontab(5) has it.'),
  tz: text('The time zone of `cron`.'),
  tags: { type: 'array', items: { type: 'string' } },
  flapping: { const: true, description: 'It opens and resolves all the time; nobody is told until it is steady.' },
  outage: {
    type: 'object',
    description: 'The outage that is open.',
    required: ['id', 'startedAt', 'reason'],
    additionalProperties: false,
    properties: OUTAGE_OF_SOURCE,
  },
} satisfies Readonly<Record<keyof SourceSummary, JsonSchema>>;

const NOTICE = {
  type: 'object',
  required: ['id', 'purpose', 'createdAt', 'events', 'attempts'],
  additionalProperties: false,
  properties: {
    id: text('The same however often it is sent: the header `Rollcall-Event`, and the id of a webhook.'),
    purpose: { type: 'string', enum: PURPOSES, description: 'What it is there for.' },
    createdAt: time('When it was written.'),
    events: { type: 'integer', description: 'How many events it tells of.' },
    attempts: { type: 'integer', description: 'How often it was tried.' },
    outcome: { type: 'string', enum: OUTCOMES, description: 'How it ended; absent while it waits.' },
    settledAt: time('When that was.'),
    answer: text('What the other side said last, without what is secret.'),
  },
} as const;
const CHANNEL = {
  name: text('Its name.'),
  kind: { type: 'string', enum: CHANNEL_KINDS },
  to: { type: 'array', items: { type: 'string' }, description: 'Whom it goes to: addresses, or numbers.' },
  secrets: {
    type: 'array',
    items: { type: 'string', enum: SECRET_NAMES },
    description: 'The secrets that are set. They never come out.',
  },
  updatedAt: time('When it was set up.'),
  updatedBy: text('By whom, if that is known.'),
  brokenAt: time('Since when nothing is sent: the other side said that it is not there any more.'),
  brokenBecause: text('What it said.'),
} as const;
const rowsOf = (
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
) => ({
  type: 'object',
  description,
  required: ['items', 'next'],
  additionalProperties: false,
  properties: {
    items: { type: 'array', items: { type: 'object', required, additionalProperties: false, properties } },
    next: { type: 'null', description: 'There is one page.' },
  },
});

/** What the answers hold. */
export const SCHEMAS = {
  Timestamp: {
    type: 'object',
    description: 'The record that something happened.',
    required: ['id', 'timestamp', 'clientIp', 'protocol', 'requestId'],
    additionalProperties: false,
    properties: {
      id: uuid('A UUIDv7 (RFC 9562) that carries the same instant: the order of ids is the order of timestamps.'),
      timestamp: {
        type: 'string',
        // No pattern: generators make a time of it, to which their clients then apply it.
        format: 'date-time',
        description: 'RFC 3339, in UTC, always with six digits of a second: `YYYY-MM-DDThh:mm:ss.ssssssZ`.',
        examples: ['2026-11-20T22:15:06.172057Z'],
      },
      source: text("Who or what recorded it, in the caller's words."),
      note: text('Free text of the caller.'),
      clientIp: text('The address that the nearest trusted proxy saw.'),
      protocol: { type: 'string', enum: ['http', 'https'], description: 'How the client reached that proxy.' },
      requestId: text('The request that recorded it, as it stands in the logs.'),
      recordedBy: text('The name of the key that recorded it, where the deployment asks for keys.'),
      state: { type: 'string', enum: RECORD_STATES, description: 'How it went; without it and `exit`, well.' },
      run: text('The run that it belongs to, in the words of the caller.'),
      exit: { type: 'integer', minimum: 0, maximum: MOST_EXIT, description: 'The exit status of what ran.' },
      values: {
        type: 'object',
        maxProperties: 10,
        additionalProperties: { type: 'number' },
        description: 'What was measured, by name.',
      },
    } satisfies Readonly<Record<keyof TimestampRecord, JsonSchema>>,
  },
  TimestampPage: {
    type: 'object',
    description: 'A page of records, newest first.',
    required: ['items', 'next'],
    additionalProperties: false,
    properties: {
      items: { type: 'array', items: { $ref: '#/components/schemas/Timestamp' } },
      next: { type: ['string', 'null'], format: 'uuid', description: 'The id to go on from; null at the end.' },
    },
  },
  Source: {
    type: 'object',
    description: 'A source: how it stands, what is expected of it, its last runs.',
    required: ['source', 'standing', 'since', 'tags', 'runs'],
    additionalProperties: false,
    properties: {
      ...SOURCE,
      expectation: { type: 'object', description: 'What is expected, as it was put, with the defaults.' },
      runs: {
        type: 'array',
        description: 'The one that ended or began last first; at most 20.',
        items: {
          type: 'object',
          required: ['state'],
          additionalProperties: false,
          properties: {
            run: text('What the caller calls it.'),
            startedAt: time('When it began, if that was told.'),
            endedAt: time('When it ended; absent while it runs.'),
            took: { type: 'number', description: 'In seconds.' },
            state: { type: 'string', enum: ['running', 'success', 'fail'] },
            exit: { type: 'integer', minimum: 0, maximum: MOST_EXIT },
          } satisfies Readonly<Record<keyof Run, JsonSchema>>,
        },
      },
    } satisfies Readonly<Record<keyof SourceView, JsonSchema>>,
  },
  SourcePage: {
    type: 'object',
    description: 'A page of the roll, worst first.',
    required: ['items', 'next', 'watch'],
    additionalProperties: false,
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['source', 'standing', 'since', 'tags'],
          additionalProperties: false,
          properties: SOURCE,
        },
      },
      next: { type: ['string', 'null'], description: 'What to send as `after` to go on; null at the end.' },
      watch: { $ref: '#/components/schemas/Watch' },
    },
  },
  Series: {
    type: 'object',
    description: 'What a source recorded, by steps of time.',
    required: ['source', 'step', 'from', 'to', 'complete', 'points'],
    additionalProperties: false,
    properties: {
      source: text('The source.'),
      value: text('The value, if one was asked for.'),
      step: { type: 'number', description: 'The length of a step, in seconds.' },
      from: time('Where it begins; if it is not complete: where what was read begins.'),
      to: time('Where it ends.'),
      complete: { type: 'boolean', description: 'Whether all records between were read.' },
      points: {
        type: 'array',
        description: 'The oldest first.',
        items: {
          type: 'object',
          required: ['at', 'count'],
          additionalProperties: false,
          properties: {
            at: time('When the step begins.'),
            count: {
              type: 'integer',
              description: 'How many records there were, with the value if one was asked for.',
            },
            min: { type: 'number' },
            mean: { type: 'number' },
            max: { type: 'number' },
          } satisfies Readonly<Record<keyof Point, JsonSchema>>,
        },
      },
    } satisfies Readonly<Record<keyof Series, JsonSchema>>,
  },
  Watch: {
    type: ['object', 'null'],
    description: 'What the watch found when it looked last; null before that. It looks once a minute.',
    required: ['at', 'counts'],
    additionalProperties: false,
    properties: {
      at: time('When it looked.'),
      blindSince: time('Since when nothing at all has come in, though it should: nobody is judged meanwhile.'),
      counts: {
        type: 'object',
        additionalProperties: { type: 'integer', minimum: 0 },
        description: 'How many sources stand so; those that are late are among those that are up, or affected, too.',
      },
    },
  },
  Outage: {
    type: 'object',
    description: 'An outage with its notes.',
    required: ['id', 'source', 'startedAt', 'reason', 'notes'],
    additionalProperties: false,
    properties: {
      ...OUTAGE,
      notes: {
        type: 'array',
        items: {
          type: 'object',
          required: ['at', 'text'],
          additionalProperties: false,
          properties: {
            at: time('When it was written.'),
            by: text('By whom, if that is known.'),
            text: text('The note.'),
          },
        },
      },
    } satisfies Readonly<Record<keyof OutageView, JsonSchema>>,
  },
  OutagePage: {
    type: 'object',
    description: 'A page of outages, those that began last first.',
    required: ['items', 'next'],
    additionalProperties: false,
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'source', 'startedAt', 'reason'],
          additionalProperties: false,
          properties: OUTAGE,
        },
      },
      next: { type: ['string', 'null'], format: 'uuid', description: 'The id to go on from; null at the end.' },
    },
  },
  Channel: {
    type: 'object',
    description: 'A channel, and what was told through it last.',
    required: ['name', 'kind', 'secrets', 'updatedAt', 'notices'],
    additionalProperties: false,
    properties: { ...CHANNEL, notices: { type: 'array', items: NOTICE, description: 'The newest first; at most 20.' } },
  },
  ChannelPage: rowsOf('All channels, by name.', CHANNEL, ['name', 'kind', 'secrets', 'updatedAt']),
  Notice: NOTICE,
  LastContacts: rowsOf(
    'Who was last heard longer ago than that, longest first; before them, who was never heard.',
    {
      source: text('The source.'),
      standing: { type: 'string', enum: STANDINGS },
      lastContact: time('When it was heard last; absent if it never was.'),
      days: { type: 'integer', description: 'Whole days since then.' },
    },
    ['source', 'standing'],
  ),
  Uptimes: rowsOf(
    'How the sources did that are expected, worst first.',
    {
      source: text('The source.'),
      uptime: { type: 'number', description: 'The share of the time in which it was not down.' },
      outages: { type: 'integer' },
      downSeconds: { type: 'integer' },
      longestSeconds: { type: 'integer', description: 'The longest outage.' },
    },
    ['source', 'uptime', 'outages', 'downSeconds', 'longestSeconds'],
  ),
  Greeting: {
    type: 'object',
    required: ['message'],
    additionalProperties: false,
    properties: { message: { type: 'string', examples: ['Hello, alice! Your birthday is in 5 day(s)'] } },
  },
  Visitor: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: { name: { type: ['string', 'null'], description: 'Who is signed in; null if nobody is.' } },
  },
  Contract: { type: 'object', description: 'A document of OpenAPI 3.1.' },
  Text: { type: 'string' },
  Status: {
    type: 'object',
    required: ['status'],
    additionalProperties: false,
    properties: { status: { type: 'string', enum: ['ok', 'ready'] } },
  },
  Problem: {
    type: 'object',
    description: 'What went wrong (RFC 9457).',
    required: ['type', 'title', 'status', 'detail', 'instance'],
    additionalProperties: false,
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: text('The phrase of the status.'),
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text('What was wrong, what came and what is allowed.'),
      instance: {
        type: 'string',
        format: 'uri',
        description: 'The request, by its id as it stands in the logs.',
        examples: ['urn:uuid:0b3f1c9e-6a51-4c2e-9d0a-3f1f6a7f6f11'],
      },
      trace: text('The id of the trace that the request belongs to, if it is traced.'),
      errors: {
        type: 'array',
        description: 'Which parts of the input were wrong.',
        items: {
          type: 'object',
          required: ['in', 'field', 'received', 'allowed'],
          additionalProperties: false,
          properties: {
            in: { type: 'string', enum: ['path', 'query', 'header', 'body'] },
            field: text('The name of the field.'),
            received: text('What came, as JSON, cut to 100 characters.'),
            allowed: text('What may come.'),
          },
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;
