/** The items of the table `Roll`: what is known of a source or of an outage, as it is stored. Objects are JSON in one attribute. */
import * as v from 'valibot';
import { type Fields, fromItem, type WireItem } from '../dynamo/items.ts';
import { shardOf } from '../timestamps/timestamp-id.ts';
import { rollShardOf } from './outage-id.ts';
import {
  ENDS,
  EVENT_KINDS,
  type Heard,
  type OpenOutage,
  type Outage,
  REASONS,
  type SourceState,
  STANDINGS,
  type StoredStanding,
  type WatchReport,
} from './state.ts';

/** The source of outages of Rollcall itself. */
export const ROLLCALL = 'rollcall';
const STORED = ['down', 'affected', 'waiting', 'paused', 'up', 'unwatched'] as const satisfies StoredStanding[];
const SECONDS_PER_DAY = 86_400;
const OUTAGE_DAYS = 400;

export const sourcePartition = (shard: number) => `s#${shard}`;
export const outagePartition = (shard: number) => `o#${shard}`;
export const sourceKey = (source: string) => ({ pk: sourcePartition(rollShardOf(source)), sk: source });
export const outageKey = (id: string) => ({ pk: outagePartition(shardOf(id)), sk: id });
/** Notes lie beside their outage: each is one write of its own size, however many there are. */
export const notesOf = (outageId: string) => `n#${outageId}`;
export const WATCH_KEY = { pk: 'w', sk: 'watch' };
export const LEASE_KEY = { pk: 'w', sk: 'lease' };
export const listOfStanding = (standing: StoredStanding) => `s#${standing}`;
export const listOfSource = (source: string) => `o#${source}`;

/** When an outage, or a note, may go: so long after its beginning. In seconds. */
export function outageExpiry(startedAt: number): number {
  return Math.ceil(startedAt / 1000) + OUTAGE_DAYS * SECONDS_PER_DAY;
}

/** An attribute that has a value as JSON. */
function json<const S extends v.GenericSchema>(schema: S) {
  return v.pipe(v.string(), v.parseJson(), schema);
}

const OUTAGE_FIELDS = {
  id: v.string(),
  startedAt: v.number(),
  reason: v.picklist(REASONS),
  detail: v.optional(v.string()),
  acknowledgedAt: v.optional(v.number()),
  acknowledgedBy: v.optional(v.string()),
  toldAt: v.optional(v.number()),
} satisfies Readonly<Record<keyof OpenOutage, v.GenericSchema>>;
const EndedBy = v.picklist(ENDS);

const Event = v.object({
  id: v.string(),
  kind: v.picklist(EVENT_KINDS),
  source: v.string(),
  at: v.number(),
  outage: v.object({ ...OUTAGE_FIELDS, endedAt: v.optional(v.number()), endedBy: v.optional(EndedBy) }),
  told: v.boolean(),
  tick: v.string(),
});

const Streak = v.object({ count: v.number(), since: v.number(), at: v.number() });
const STREAKS = { good: v.array(Streak), bad: v.array(Streak), last: v.picklist(['good', 'bad']) };

const HEARD = {
  lastId: v.optional(v.string()),
  lastContact: v.optional(v.number()),
  lastAnswer: v.optional(v.number()),
  lastSuccess: v.optional(v.number()),
  answers: v.optional(v.object(STREAKS)),
  detail: v.optional(v.string()),
  runs: v.record(v.string(), v.number()),
  values: v.record(
    v.string(),
    v.object({ ...STREAKS, min: v.optional(v.number()), max: v.optional(v.number()), value: v.number() }),
  ),
} satisfies Readonly<Record<keyof Heard, v.GenericSchema>>;
/** What was heard of a source. */
export const HeardSchema = v.object(HEARD);

/** By its type complete: what is not here would be lost with the next change. */
const SOURCE_ATTRIBUTES = {
  sk: v.string(),
  version: v.number(),
  standing: v.picklist(STORED),
  since: v.number(),
  expectation: v.optional(v.string()),
  lastContact: v.optional(v.number()),
  baseline: v.optional(v.number()),
  forgivenTo: v.optional(v.number()),
  windowsSince: v.optional(v.number()),
  pausedBy: v.optional(v.picklist(['request', 'window'])),
  outage: v.optional(json(v.object(OUTAGE_FIELDS))),
  lastOutage: v.optional(json(v.object({ ...OUTAGE_FIELDS, endedAt: v.number(), endedBy: EndedBy }))),
  before: v.optional(json(v.object({ count: v.number(), since: v.number() }))),
  changes: v.optional(json(v.array(v.number()))),
  flappingSince: v.optional(v.number()),
  parked: v.optional(json(HeardSchema)),
  outbox: v.optional(json(v.record(v.string(), Event))),
} satisfies Readonly<Record<'sk' | Exclude<keyof SourceState, 'source'>, v.GenericSchema>>;
const SourceItem = v.object(SOURCE_ATTRIBUTES);

const Tagged = json(v.object({ tags: v.optional(v.array(v.string()), []) }));

/** The tags of an expectation, which may be none. */
export function tagsOf(expectation: string | undefined): readonly string[] {
  return expectation === undefined ? [] : v.parse(Tagged, expectation).tags;
}

/** The attributes of a source beside its key. */
export function fieldsOfSource({ source: _, ...state }: SourceState): Fields {
  const { outage, lastOutage, before, changes, parked, outbox, ...plain } = state;
  const objects = Object.entries({ outage, lastOutage, before, changes, parked, outbox });
  const texts = objects.map(([name, value]) => [name, value && JSON.stringify(value)]);
  return { ...plain, ...Object.fromEntries(texts), list: listOfStanding(state.standing) };
}

export function sourceOfItem(item: WireItem): SourceState {
  const { sk: source, ...state } = v.parse(SourceItem, fromItem(item));
  return { source, ...state };
}

const { id: _, ...OUTAGE_ATTRIBUTES } = OUTAGE_FIELDS;
const OutageItem = v.object({
  sk: v.string(),
  source: v.string(),
  ...OUTAGE_ATTRIBUTES,
  endedAt: v.optional(v.number()),
  endedBy: v.optional(EndedBy),
});

export function outageOfItem(item: WireItem): Omit<Outage, 'notes'> {
  const { sk: id, ...outage } = v.parse(OutageItem, fromItem(item));
  return { id, ...outage };
}

const NoteItem = v.object({ at: v.number(), by: v.optional(v.string()), text: v.string() });

export function noteOfItem(item: WireItem) {
  return v.parse(NoteItem, fromItem(item));
}

const WatchItem = v.object({
  at: v.number(),
  readTo: v.number(),
  position: v.number(),
  newest: v.optional(v.number()),
  blindSince: v.optional(v.number()),
  restoredAt: v.optional(v.number()),
  late: json(v.array(v.string())),
  counts: json(v.record(v.picklist(STANDINGS), v.optional(v.number(), 0))),
  chunks: v.number(),
});

export function fieldsOfWatch({ late, counts, ...plain }: WatchReport): Fields {
  return { ...plain, late: JSON.stringify(late), counts: JSON.stringify(counts) };
}

export function watchOfItem(item: WireItem): WatchReport {
  return v.parse(WatchItem, fromItem(item));
}
