import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKeyTable } from '../../../bin/keys/key-table.ts';
import { createApp } from '../../../lambda/api/app.ts';
import { createDeps } from '../../../lambda/api/deps.ts';
import type { AccessMode } from '../../../lambda/api/env.ts';
import { routes } from '../../../lambda/api/routes.ts';
import { createKey } from '../../../lambda/core/access/key.ts';
import { SCOPES } from '../../../lambda/core/access/principal.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { TABLE_ENTRIES, TABLES } from '../../../lambda/core/dynamo/tables.ts';
import { createRollStore } from '../../../lambda/core/roll/store.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createRefresh } from '../../../lambda/notify/provider/refresh.ts';
import { createInvoker } from '../../../local/invoker.ts';
import { listen } from '../../../local/listen.ts';
import { bearer } from '../../support/keys.ts';
import { createSigningKey, startProvider } from '../../support/provider.ts';
import { EMBEDDED, openStore } from '../../support/stores.ts';
import { synthesise, type Templates } from '../../support/synth.ts';
import { MINUTE, openWatch } from '../../watch/support.ts';
import { STAGES } from '../requirements/expected.ts';
import { propertiesOf, textOf } from '../requirements/templates.ts';

const TABLE_NAMES = TABLE_ENTRIES.map(([, { name }]) => name);

/** Passes requests on to a store, and notes which action each asks for, on the table or on an index. */
function createRecorder(endpoint: string, seen: Set<string>): Server {
  return createServer(async (incoming, outgoing) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const action = String(incoming.headers['x-amz-target']).replace('DynamoDB_20120810.', 'dynamodb:');
    const { TableName, IndexName } = JSON.parse(body.toString());
    seen.add(`${action} on ${/^[A-Z][a-z]+/.exec(TableName)}${IndexName ? ', the index' : ''}`);
    const onward = request(endpoint, { method: incoming.method, headers: incoming.headers });
    onward.end(body);
    const [answer] = await once(onward, 'response');
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
}

const BODIES: Readonly<Record<string, string>> = {
  'PUT /hello/{username}': '{"dateOfBirth":"1990-05-17"}',
  'PUT /sources/{source}': '{"every":"1d","tags":["db"]}',
  'PUT /channels/{channel}': '{"kind":"mail","to":["ops@example.com"]}',
  'POST /outages/{id}/notes': '{"text":"x"}',
};

/** What the forms of pages send. */
const FORMS: Readonly<Record<string, string>> = {
  'POST /sources/{source}': 'every=1d&tags=db',
  'POST /hello': 'username=alice&dateOfBirth=1990-05-17',
};

/** An outage that is open. @returns its id */
async function seedOutage(client: DynamoDBClient, tableName: string): Promise<string> {
  const roll = createRollStore({ client, tableName });
  const outage = { id: makeId(1e15, 0, new Uint8Array(7)), startedAt: 1e12, reason: 'silent' as const };
  const event = { id: 'e', kind: 'opened' as const, source: 'down', at: 1e12, outage, told: true, tick: 't' };
  await roll.recordEvent(event);
  await roll.putState({ source: 'down', version: 0, standing: 'down', since: 1e12, outage }, 0);
  return outage.id;
}

/** What the function calls of DynamoDB, on every route. */
async function recordCalls(access: AccessMode): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const store = await openStore(EMBEDDED, undefined, access);
  const { keys } = store.env.tables;
  const client = createDynamoClient(store.env);
  const table = keys === undefined ? undefined : createKeyTable({ client, tableName: keys, now: () => 0 });
  const key = await table?.create({ name: 'x', scopes: SCOPES });
  const shown = key && bearer(key.text);
  const recorder = createRecorder(store.env.dynamodbEndpoint ?? '', seen);
  const dynamodbEndpoint = await listen(recorder);
  const invoke = createInvoker({
    handler: createApp({ ...createDeps({ ...store.env, dynamodbEndpoint }), log: () => {}, channelTestMs: 0 }),
  });
  const call = async (
    httpMethod: string,
    path: string,
    { headers = {}, ...rest }: Readonly<Record<string, unknown>> = {},
  ) =>
    JSON.parse(
      await invoke(JSON.stringify({ httpMethod, path, headers: Object.assign({ ...shown }, headers), ...rest })),
    );
  const withQuery = (queryStringParameters: object) => ({ queryStringParameters });

  const { headers } = await call('POST', '/app', withQuery({ source: 'x', note: 'y' }));
  const outage = await seedOutage(client, store.env.tables.roll ?? '');
  const turn = (method: string) => (method === 'PUT' ? 0 : method === 'DELETE' ? 2 : 1);
  // The forms that take something away come after all others, too.
  const turnOf = ({ method, path }: (typeof routes)[number]) => turn(/unexpect|erase/.test(path) ? 'DELETE' : method);
  for (const { method, path } of routes.toSorted((a, b) => turnOf(a) - turnOf(b))) {
    const here = path
      .replace('/app/{id}', headers.location)
      .replace('{id}', outage)
      .replace('{name}', 'style.0123456789.css')
      .replace('{username}', 'alice')
      .replace('{key}', key?.text ?? createKey().text)
      .replace('{source}', 'x')
      .replace('{signal}', 'start')
      .replace('{tag}', 'db')
      .replace('{channel}', 'ops');
    const body = BODIES[`${method} ${path}`];
    const form = FORMS[`${method} ${path}`];
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const sent = { headers: { 'content-type': type }, body: body ?? form };
    const query = path === '/hello' && method === 'GET' ? withQuery({ username: 'alice' }) : {};
    const { statusCode } = await call(method, here, sent.body === undefined ? query : sent);
    if (!path.startsWith('/sign-')) expect(statusCode, `${method} ${path}`).toBeLessThan(400);
  }
  if (key !== undefined) {
    const form = { 'content-type': 'application/x-www-form-urlencoded', host: 'localhost' };
    const signedIn = await call('POST', '/sign-in', { headers: form, body: `key=${key.text}` });
    const cookie = signedIn.headers['set-cookie'];
    expect((await call('GET', '/app', { headers: { cookie, authorization: undefined } })).statusCode).toBe(200);
  }
  await call('GET', '/app', withQuery({ source: 'x' }));
  for (let i = 0; i < 2; i++) await call('POST', '/app', { headers: { 'idempotency-key': 'x' } });
  recorder.close();
  recorder.closeAllConnections();
  await store.close();
  return seen;
}

describe('the function that reaches out', () => {
  it('calls of DynamoDB exactly what its role allows, with the attributes that it names', async () => {
    const seen = new Set<string>();
    const store = await openStore(EMBEDDED, undefined, 'keys');
    const provider = await startProvider(await createSigningKey('one'));
    const recorder = createRecorder(store.env.dynamodbEndpoint ?? '', seen);
    const dynamodbEndpoint = await listen(recorder);
    const { keys = '' } = store.env.tables;
    const refresh = createRefresh({ ...store.env, dynamodbEndpoint, oidc: provider.config, tables: { keys } });
    for (let time = 0; time < 2; time++) await refresh();
    provider.close();
    recorder.close();
    recorder.closeAllConnections();
    await store.close();
    expect([...seen]).toEqual(['dynamodb:UpdateItem on Keys']);
    expect(TABLES.keys.use.notify.table).toEqual(['UpdateItem']);
  });
});

describe('the watch', () => {
  /** What it calls: in ticks that hear, miss, tell, sum up, write down, remember and end. */
  async function recordTicks(): Promise<ReadonlySet<string>> {
    const seen = new Set<string>();
    const watch = await openWatch();
    const recorder = createRecorder(watch.endpoint, seen);
    const client = watch.createClient(await listen(recorder));
    await watch.expectOf('backup', { every: '5m', grace: '0m' });
    await watch.say('backup');
    const instance = watch.createInstance(client);
    for (let minute = 0; minute < 75; minute++) {
      watch.now += MINUTE;
      await watch.say(minute < 70 ? 'background' : 'backup');
      await watch.tick(minute % 20 === 0 ? watch.createInstance(client) : instance);
    }
    expect([...watch.told.values()].map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    client.destroy();
    recorder.close();
    recorder.closeAllConnections();
    await watch.close();
    return seen;
  }

  it('calls of DynamoDB exactly what its role allows, in every stage', async () => {
    const seen = await recordTicks();
    for (const { stage } of STAGES) {
      const { api } = await synthesise({}, stage);
      expect(allowed(propertiesOf(api, 'AWS::IAM::Policy', 'WatchRole').PolicyDocument), stage).toEqual(seen);
    }
  });
});

/** The actions on DynamoDB that a policy allows, on the table or on an index. */
function allowed(policy: unknown): Set<string> {
  const { Statement } = JSON.parse(JSON.stringify(policy));
  const actions = Statement.flatMap(({ Effect, Action, Resource }: Record<string, never>) => {
    expect(Effect).toBe('Allow');
    const text = textOf(Resource);
    const where = `${TABLE_NAMES.find((name) => text.includes(name))}${text.includes('/index/') ? ', the index' : ''}`;
    return [Action].flat().map((action) => `${action} on ${where}`);
  });
  return new Set(actions.filter((action: string) => action.startsWith('dynamodb:')));
}

describe('the function', () => {
  /** By stage: what is called, and the templates. */
  let stages: (readonly [ReadonlySet<string>, Templates])[];

  beforeAll(async () => {
    const open = await recordCalls('open');
    const closed = await recordCalls('keys');
    expect(closed).toEqual(new Set([...open, 'dynamodb:Query on Keys']));
    stages = await Promise.all(
      STAGES.map(async ({ stage, asksForKeys }) => [asksForKeys ? closed : open, await synthesise({}, stage)] as const),
    );
  });

  it('calls of DynamoDB exactly what its role allows, on every route and in every stage', () => {
    for (const [seen, { api }] of stages) {
      expect(allowed(propertiesOf(api, 'AWS::IAM::Policy', 'ApiRole').PolicyDocument)).toEqual(seen);
    }
  });

  it('calls of DynamoDB exactly what the endpoint lets through', () => {
    for (const [seen, { network }] of stages) {
      // The name of a table in the policy of the endpoint takes in its index.
      const onTables = new Set([...seen].map((call) => call.replace(', the index', '')));
      expect(allowed(propertiesOf(network, 'AWS::EC2::VPCEndpoint').PolicyDocument)).toEqual(onTables);
    }
  });
});
