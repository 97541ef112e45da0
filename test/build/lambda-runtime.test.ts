import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleAll } from '../../build/bundle.ts';
import { FETCH_EVENT } from '../../lambda/core/access/fetch-event.ts';
import { PROVIDER_ENV } from '../../lambda/core/access/provider-env.ts';
import { toItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { LEASE_KEY } from '../../lambda/core/roll/items.ts';
import { CHECK_ENV, REPORT_MS } from '../../lambda/deployment-check/env.ts';
import { listen } from '../../local/listen.ts';
import { eventsOf } from '../support/events.ts';
import { hasRuntimeClient, type Instance, startInstance } from '../support/lambda-runtime/lambda-instance.ts';
import { EMBEDDED, openStore } from '../support/stores.ts';

type Bundles = Awaited<ReturnType<typeof bundleAll>>;
type FunctionName = keyof Bundles;

if (!hasRuntimeClient)
  console.warn("The bundles are not run under AWS's runtime client: npm could not install it here.");

let bundles: Bundles;
let store: Awaited<ReturnType<typeof openStore>>;
/** In the place of what hangs: it takes requests, and answers only if it is told what. */
let service: Server;
let serviceOrigin: string;
let answer: ((path: string) => object) | undefined;
let asked: string[];
let instance: Instance | undefined;

beforeAll(async () => {
  bundles = await bundleAll();
  store = await openStore(EMBEDDED);
  service = createServer(async (request, response) => {
    asked.push(`${request.url} ${await text(request)}`);
    if (answer) response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(request.url ?? '')));
  });
  serviceOrigin = await listen(service);
});
afterEach(() => instance?.close());
afterAll(async () => {
  service.closeAllConnections();
  service.close();
  await store.close();
});

/** What each function is told. */
const ENVIRONMENTS: Readonly<Record<FunctionName, () => Readonly<Record<string, string>>>> = {
  api: () => ({
    TIMESTAMPS_TABLE: store.env.tables.timestamps,
    PEOPLE_TABLE: store.env.tables.people,
    DYNAMODB_ENDPOINT: store.env.dynamodbEndpoint ?? '',
  }),
  notify: () => ({
    [TABLES.keys.env]: 'Keys',
    [PROVIDER_ENV]: JSON.stringify({
      issuer: 'https://127.0.0.1:1',
      clientId: 'x',
      allow: { sub: 'x' },
      scopes: ['read'],
    }),
    DYNAMODB_ENDPOINT: store.env.dynamodbEndpoint ?? '',
  }),
  watch: () => ({
    TIMESTAMPS_TABLE: store.env.tables.timestamps,
    ROLL_TABLE: store.env.tables.roll ?? '',
    DYNAMODB_ENDPOINT: store.env.dynamodbEndpoint ?? '',
  }),
  'deployment-check': () => ({
    [CHECK_ENV.version]: 'arn:aws:lambda:eu-west-1:123456789012:function:rollcall:2',
    AWS_ENDPOINT_URL_LAMBDA: serviceOrigin,
    AWS_ENDPOINT_URL_CODEDEPLOY: serviceOrigin,
  }),
};
const NAMES: readonly string[] = Object.keys(ENVIRONMENTS);

async function start(name: FunctionName, variables: Readonly<Record<string, string>> = {}): Promise<Instance> {
  asked = [];
  answer = undefined;
  instance = await startInstance(bundles[name], { ...ENVIRONMENTS[name](), ...variables });
  return instance;
}

function eventOf(method: string, path: string, query: readonly [string, string][] = [], body = '') {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return eventsOf({ method, path, query, headers, body })['a load balancer with multi-value headers'];
}

async function ask(running: Instance, ...request: Parameters<typeof eventOf>) {
  const ending = await running.invoke(eventOf(...request));
  if (ending.kind !== 'response') throw new Error(`the invocation ended otherwise: ${JSON.stringify(ending)}`);
  const { statusCode, body } = JSON.parse(ending.body);
  return { statusCode, body, bytes: Buffer.byteLength(ending.body) };
}

describe.skipIf(!hasRuntimeClient)("under AWS's runtime client", () => {
  it('every function has its place here', () => {
    expect(Object.keys(bundles).toSorted()).toEqual(NAMES.toSorted());
  });

  it('the function that reaches out fails for an event of no kind, and for a provider that is down, and goes on', async () => {
    const running = await start('notify');
    for (const event of [{ nonsense: true }, FETCH_EVENT, FETCH_EVENT]) {
      expect((await running.invoke(event)).kind).toBe('error');
    }
  });

  it('the function that reaches out is cut off where it has no time at all, and an instance that has goes on', async () => {
    const running = await start('notify');
    expect(await running.invoke(FETCH_EVENT, 1)).toEqual({ kind: 'timeout' });
    await running.close();
    expect((await (await start('notify')).invoke(FETCH_EVENT)).kind).toBe('error');
  });

  /** The lines of the log that a tick ends with. */
  const ticks = ({ said }: Instance) =>
    said()
      .split('\n')
      .filter((line) => line.includes('"message":"tick"'))
      .map((line): Record<string, unknown> => JSON.parse(line));
  /** Has the next tick begin at once: the lease of the one before it lasts for 45 s. */
  async function freeLease() {
    const { roll: TableName = '' } = store.env.tables;
    const client = new DynamoDBClient({ region: 'us-east-1', endpoint: store.env.dynamodbEndpoint ?? '' });
    await client.send(new DeleteItemCommand({ TableName, Key: toItem(LEASE_KEY) }));
    client.destroy();
  }
  const TICK_MS = 50_000;
  const DONE = { kind: 'response', body: 'null' };

  it('the watch ticks cold and warm, and has who has recorded something enter the roll', async () => {
    await freeLease();
    const api = await startInstance(bundles.api, ENVIRONMENTS.api());
    await ask(api, 'POST', '/app', [], JSON.stringify({ source: 'heard' }));
    await api.close();
    const running = await start('watch');
    expect(await running.invoke({}, TICK_MS)).toEqual(DONE);
    // The lease is held: nothing is done twice.
    expect(await running.invoke({}, TICK_MS)).toEqual(DONE);
    await freeLease();
    expect(await running.invoke({}, TICK_MS)).toEqual(DONE);
    expect(ticks(running)).toMatchObject([
      { outcome: 'done', coldStart: true, standings: {} },
      { outcome: 'held' },
      { outcome: 'done', standings: expect.objectContaining({ unwatched: expect.any(Number) }) },
    ]);
  });

  it('the watch fails where the store is down, says so before it is cut off, and goes on when it is back', async () => {
    await freeLease();
    let isDown = true;
    const proxy = createServer(async (request, response) => {
      if (isDown) return void request.socket.destroy();
      const headers = new Headers(Object.entries(request.headers).flatMap(([name, value]) => [[name, String(value)]]));
      for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
      const body = await text(request);
      const answered = await fetch(store.env.dynamodbEndpoint ?? '', { method: 'POST', headers, body });
      const type = answered.headers.get('content-type') ?? '';
      response.writeHead(answered.status, { 'content-type': type }).end(await answered.text());
    });
    onTestFinished(() => void proxy.close());
    const running = await start('watch', { DYNAMODB_ENDPOINT: await listen(proxy) });
    expect(await running.invoke({}, TICK_MS)).toMatchObject({ kind: 'error', type: 'StoreUnavailableError' });
    isDown = false;
    expect(await running.invoke({}, TICK_MS)).toEqual(DONE);
    expect(ticks(running)).toMatchObject([{ StoreFailed: 1, Failed: 1 }, { outcome: 'done' }]);
  });

  it('the watch gives up a store that hangs before Lambda cuts it off, and is cut off where it has no time at all', async () => {
    const running = await start('watch', { DYNAMODB_ENDPOINT: serviceOrigin });
    expect(await running.invoke({}, 2500)).toMatchObject({ kind: 'error', type: 'StoreUnavailableError' });
    expect(asked.length).toBeGreaterThan(0);
    expect(await running.invoke({}, 1)).toEqual({ kind: 'timeout' });
  });

  it('the function that answers HTTP answers cold and warm', async () => {
    const running = await start('api');
    const { statusCode, body } = await ask(running, 'POST', '/app');
    expect(statusCode).toBe(201);
    const { id } = JSON.parse(body);
    expect(await ask(running, 'GET', `/app/${id}`)).toMatchObject({ statusCode: 200, body });
    expect((await ask(running, 'GET', '/nowhere')).statusCode).toBe(404);
    expect(running.said()).not.toContain('Error');
  });

  it('the function that answers HTTP answers an event that is none with an error, and goes on', async () => {
    const running = await start('api');
    const ending = await running.invoke({ nonsense: true });
    expect(ending.kind).not.toBe('timeout');
    expect(JSON.stringify(ending)).not.toContain('"statusCode":2');
    expect((await ask(running, 'GET', '/health')).statusCode).toBe(200);
  });

  it('the function that answers HTTP answers 503 before Lambda cuts it off, and goes on', async () => {
    const running = await start('api', { DYNAMODB_ENDPOINT: serviceOrigin });
    const ending = await running.invoke(eventOf('POST', '/app'), 2500);
    expect(ending).toMatchObject({ kind: 'response', body: expect.stringContaining('"statusCode":503') });
    expect(asked.length).toBeGreaterThan(0);
    expect((await ask(running, 'GET', '/health')).statusCode).toBe(200);
  });

  it('the function that answers HTTP answers the most that it may, whole', async () => {
    const running = await start('api');
    // Two bytes of the note are six of the JSON, in which it is escaped once more.
    const note = '"\\'.repeat(500);
    const ids = [];
    for (let count = 0; count < 400; count++) {
      const { statusCode, body } = await ask(running, 'POST', '/app', [], JSON.stringify({ source: 'large', note }));
      expect(statusCode).toBe(201);
      ids.push(JSON.parse(body).id);
    }
    const found: string[] = [];
    let largest = 0;
    for (let cursor: string | undefined, more = true; more; ) {
      const query: [string, string][] = [
        ['limit', '1000'],
        ['source', 'large'],
        ...(cursor ? ([['before', cursor]] satisfies [string, string][]) : []),
      ];
      const { statusCode, body, bytes } = await ask(running, 'GET', '/app', query);
      expect(statusCode).toBe(200);
      const page = JSON.parse(body);
      largest = Math.max(largest, bytes);
      found.push(...page.items.map(({ id }: { id: string }) => id));
      cursor = page.next ?? undefined;
      more = cursor !== undefined;
    }
    // A load balancer takes 1 MB.
    expect(largest).toBeGreaterThan(700_000);
    expect(largest).toBeLessThanOrEqual(1_048_576);
    expect(found).toEqual(ids.toReversed());
  });

  const HOOK = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1' };

  it('the deployment check says Failed, cold and warm, when the version answers nothing useful', async () => {
    const running = await start('deployment-check');
    answer = () => ({});
    for (const count of [1, 2]) {
      expect(await running.invoke(HOOK, REPORT_MS + 5000)).toEqual({ kind: 'response', body: 'null' });
      expect(asked.filter((one) => one.includes('"status":"Failed"'))).toHaveLength(count);
    }
  });

  it('the deployment check says Succeeded when the version records and reads back', async () => {
    const running = await start('deployment-check');
    const record = JSON.stringify({ id: '1', timestamp: 't', source: 'deployment-check' });
    answer = (path) =>
      path.includes('/invocations') ? { statusCode: asked.length === 1 ? 201 : 200, body: record } : {};
    expect(await running.invoke(HOOK, REPORT_MS + 5000)).toEqual({ kind: 'response', body: 'null' });
    expect(asked.at(-1)).toContain('"status":"Succeeded"');
  });

  it('the deployment check ends with an error for an event that is none, and says which', async () => {
    const running = await start('deployment-check');
    expect(await running.invoke({})).toMatchObject({
      kind: 'error',
      type: 'ValiError',
      message: expect.stringContaining('DeploymentId'),
    });
  });

  it('the deployment check gives up a version that hangs, but is cut off where CodeDeploy hangs, too', async () => {
    const running = await start('deployment-check');
    const ending = await running.invoke(HOOK, REPORT_MS / 10);
    expect(ending).toEqual({ kind: 'timeout' });
    expect(asked.some((one) => one.includes('"status":"Failed"'))).toBe(true);
  });

  it('a function without what it needs says so as it is initialised', async () => {
    const running = await start('deployment-check', { [CHECK_ENV.version]: '' });
    answer = () => ({});
    expect(running.initError).toBeDefined();
    const api = await startInstance(bundles.api, {});
    expect(await api.initError).toContain('TIMESTAMPS_TABLE');
    await api.close();
  });
});
