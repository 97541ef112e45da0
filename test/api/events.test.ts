import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../lambda/api/app.ts';
import { createDeps } from '../../lambda/api/deps.ts';
import type { LogLine } from '../../lambda/core/observe/log.ts';
import { lowestIdAt } from '../../lambda/core/timestamps/timestamp-id.ts';
import { createInvoker } from '../../local/invoker.ts';
import { checked } from '../support/contract.ts';
import { repeated } from '../support/effort.ts';
import { eventsOf, type LogicalRequest } from '../support/events.ts';
import { EMBEDDED, openStore } from '../support/stores.ts';

const failures: LogLine[] = [];

const ID = lowestIdAt(1_795_212_906_172_057);
const UNKNOWN_ID = lowestIdAt(1_795_212_906_172_058);
const BROWSER = { accept: 'text/html,*/*;q=0.8' };

/** An answer as any ingress takes it. */
const Envelope = v.strictObject({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(499)),
  statusDescription: v.string(),
  isBase64Encoded: v.literal(false),
  headers: v.optional(v.record(v.string(), v.string())),
  multiValueHeaders: v.optional(v.record(v.string(), v.tuple([v.string()]))),
  body: v.string(),
});

let app: ReturnType<typeof createApp>;
let close: () => Promise<void>;

beforeAll(async () => {
  const store = await openStore(EMBEDDED);
  // One id and one clock, so that the same request has the same answer, however often it is sent.
  app = checked(
    createApp({
      ...createDeps(store.env),
      nextId: () => ID,
      now: () => Date.parse('2026-05-12T00:00:00Z'),
      log: (line) => line.level === 'ERROR' && failures.push(line),
    }),
  );
  close = store.close;
});
afterAll(() => close());

const invoke = createInvoker({
  handler: (event: unknown, context: Context) => app(event, { ...context, awsRequestId: 'request-1' }),
});

/** Sends an event, and checks the form of the answer. */
async function send(event: unknown) {
  return parse(await invoke(JSON.stringify(event)));
}

function parse(answer: string) {
  const { headers, multiValueHeaders = {}, ...rest } = v.parse(Envelope, JSON.parse(answer));
  const single = Object.fromEntries(Object.entries(multiValueHeaders).map(([name, [value]]) => [name, value]));
  return { ...rest, headers: headers ?? single };
}

describe('the same request has the same answer through every ingress', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const json = { 'content-type': 'application/json' };
  it.each<[string, number, LogicalRequest]>([
    ['a recorded timestamp', 201, { method: 'POST', path: '/app' }],
    [
      'a record',
      201,
      {
        method: 'POST',
        path: '/app',
        headers: { ...json, accept: 'application/json' },
        body: '{"source":"x","note":"é"}',
      },
    ],
    ['a form', 303, { method: 'POST', path: '/app', headers: { ...form, ...BROWSER }, body: 'note=caf%C3%A9+x' }],
    [
      'a query',
      201,
      {
        method: 'POST',
        path: '/app',
        query: [
          ['source', 'a%2Eb'],
          ['note', 'x+y%26%C3%A9'],
        ],
      },
    ],
    [
      'the last of two values',
      201,
      {
        method: 'POST',
        path: '/app',
        query: [
          ['source', 'a'],
          ['source', 'b'],
        ],
      },
    ],
    ['a list', 200, { method: 'GET', path: '/app', query: [['limit', '5']] }],
    [
      'a span',
      200,
      {
        method: 'GET',
        path: '/app',
        query: [
          ['from', '2026-11-20T22%3A15%3A06Z'],
          ['to', '2026-11-21T00:15:07%2B02:00'],
          ['format', 'csv'],
        ],
      },
    ],
    ['a page', 200, { method: 'GET', path: '/app', headers: BROWSER }],
    ['one record', 200, { method: 'GET', path: `/app/${ID}` }],
    ['no record', 404, { method: 'GET', path: `/app/${UNKNOWN_ID}` }],
    ['a bad limit', 400, { method: 'GET', path: '/app', query: [['limit', 'x']] }],
    ['an unknown parameter', 400, { method: 'GET', path: '/app', query: [['__proto__', 'x']] }],
    ['the welcome page', 200, { method: 'GET', path: '/', headers: { host: 'rollcall.example' } }],
    ['HEAD', 200, { method: 'HEAD', path: '/app' }],
    ['OPTIONS', 204, { method: 'OPTIONS', path: '/hello/alice' }],
    ['a wrong method', 405, { method: 'DELETE', path: '/app' }],
    ['an unknown path', 404, { method: 'GET', path: '/nothing%20here' }],
    ['a birthday', 204, { method: 'PUT', path: '/hello/alice', headers: json, body: '{"dateOfBirth":"1990-05-17"}' }],
    ['a greeting', 200, { method: 'GET', path: '/hello/alice', query: [['tz', 'Europe%2FMadrid']] }],
    ['health', 200, { method: 'GET', path: '/health' }],
    ['readiness', 200, { method: 'GET', path: '/ready' }],
  ])('%s: %i', async (_, status, request) => {
    const answers = [];
    for (const [ingress, event] of Object.entries(eventsOf(request)))
      answers.push({ ingress, answer: await send(event) });
    const [first] = answers;
    expect(first?.answer.statusCode).toBe(status);
    for (const { ingress, answer } of answers) expect(answer, ingress).toEqual(first?.answer);
  });

  it('the address is the one that the nearest proxy saw', async () => {
    await send(eventsOf({ method: 'POST', path: '/app' })['a load balancer']);
    for (const event of Object.values(
      eventsOf({ method: 'POST', path: '/app', headers: { accept: 'application/json' } }),
    )) {
      expect(JSON.parse((await send(event)).body)).toMatchObject({ clientIp: '203.0.113.9', protocol: 'https' });
    }
  });

  it('what came by HTTPS is to come by HTTPS from now on', async () => {
    for (const event of Object.values(eventsOf({ method: 'GET', path: '/health' }))) {
      expect((await send(event)).headers['strict-transport-security']).toBe('max-age=31536000');
    }
  });

  it('a stage of an HTTP API is not part of the path', async () => {
    const event = eventsOf({ method: 'GET', path: '/health' })['an HTTP API, payload 2.0'];
    const staged = { ...event, rawPath: '/prod/health', requestContext: { ...event.requestContext, stage: 'prod' } };
    expect((await send(staged)).statusCode).toBe(200);
  });
});

describe('any event whatsoever', () => {
  const odd = fc.constantFrom(
    '',
    ' ',
    '%',
    '%00',
    '%FF',
    '\0',
    '\ud800',
    'é',
    '<b>',
    '__proto__',
    'x'.repeat(20_000),
    '../..',
    '=HYPERLINK()',
  );
  const text = fc.oneof(odd, fc.string(), fc.string({ unit: 'binary' }));
  const paths = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '/',
        '/app',
        '/health',
        '/hello/alice',
        '/hello/%3C',
        `/app/${ID}`,
        '/app/x',
        '/nothing',
      ),
    },
    { weight: 1, arbitrary: text },
  );
  const names = fc.oneof(
    fc.constantFrom(
      'source',
      'note',
      'limit',
      'before',
      'after',
      'from',
      'to',
      'format',
      'tz',
      '__proto__',
      'constructor',
    ),
    text,
  );
  const values = fc.oneof(fc.constantFrom('1', ID, '2026-11-20T22:15:06Z', 'json', 'html', 'csv', 'UTC'), text);
  const requests = fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'), text),
    path: paths,
    query: fc.array(fc.tuple(names, values), { maxLength: 4 }),
    headers: fc.dictionary(
      fc.constantFrom('accept', 'content-type', 'content-encoding', 'host', 'idempotency-key'),
      fc.oneof(
        fc.constantFrom(
          'application/json',
          'text/html',
          'text/plain;q=0.1, */*;q=0',
          'application/x-www-form-urlencoded',
        ),
        text,
      ),
    ),
    body: fc.oneof(
      fc.constantFrom(
        '',
        '{}',
        '{"note":"x"}',
        '{"__proto__":1}',
        '{"dateOfBirth":"1990-05-17"}',
        'note=%',
        '[',
        'null',
        'x'.repeat(17_000),
      ),
      text,
    ),
  });
  /** What is done to an event before it is sent: a part is missing, or of a wrong type. */
  const parts = fc.constantFrom(
    'httpMethod',
    'path',
    'rawPath',
    'rawQueryString',
    'headers',
    'multiValueHeaders',
    'queryStringParameters',
    'multiValueQueryStringParameters',
    'body',
    'isBase64Encoded',
    'requestContext',
    'version',
  );
  const damages = fc.array(
    fc.tuple(parts, fc.oneof(fc.constant(undefined), fc.constant(null), fc.anything({ maxDepth: 1 }))),
    { maxLength: 3 },
  );

  it('of 50,000 gets a valid answer that is no server error and fits every ingress', {
    timeout: 120_000,
  }, async () => {
    const shapes = fc.nat(4);
    await fc.assert(
      fc.asyncProperty(requests, shapes, fc.boolean(), damages, async (request, shape, plain, damage) => {
        const event: Record<string, unknown> = { ...Object.values(eventsOf(request))[shape] };
        if (plain) Object.assign(event, { body: request.body, isBase64Encoded: false });
        for (const [part, value] of damage) event[part] = value;
        const answer = await invoke(JSON.stringify(event));
        const { headers } = parse(answer);
        // As bytes: an expectation each would take a tenth of the time.
        return Buffer.byteLength(answer) < 1_000_000 && Buffer.byteLength(JSON.stringify(headers)) < 32_768;
      }),
      { numRuns: repeated(50_000) },
    );
    expect(failures).toEqual([]);
  });
});
