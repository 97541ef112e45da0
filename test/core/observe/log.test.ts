import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDeps } from '../../../lambda/api/deps.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import { writeLine } from '../../../lambda/core/observe/log.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Backend, backends, unreachableEnv } from '../../support/stores.ts';

const NOW = 1_795_212_906_172;
const TRACE = '1-6920a1b2-0123456789abcdef01234567';

describe.each(backends())('the log of the app on $name', (backend: Backend) => {
  let server: TestServer;
  let failing: TestServer;
  beforeAll(async () => {
    server = await startServer(backend, {
      deps: { traceId: () => TRACE, clientIp: 'truncated', now: () => NOW },
    });
    const gone = new StoreUnavailableError('gone');
    const timestamps = { ...server.deps.timestamps, put: () => Promise.reject(gone) };
    failing = await startServer(backend, { deps: { timestamps, now: () => NOW } });
  });
  afterAll(async () => {
    await server.close();
    await failing.close();
  });
  /** As it is written. */
  const lastLine = () => JSON.parse(JSON.stringify(server.lines.at(-1)));

  it('says what a request consumed of the tables, and which trace it belongs to', async () => {
    await server.send('POST', '/app');
    expect(lastLine()).toMatchObject({ route: '/app', writeUnits: 1, traceId: TRACE });
    expect(lastLine()).not.toHaveProperty('readUnits');
    await server.send('GET', '/app');
    expect(lastLine().readUnits).toBeGreaterThan(0);
    expect(lastLine()).not.toHaveProperty('writeUnits');
    await server.send('GET', '/health');
    expect(lastLine().route).toBe('/health');
    expect(Object.keys(lastLine()).join()).not.toContain('Units');
  });

  it('has the trace in the problem that a client is told, too', async () => {
    const { instance, trace } = JSON.parse((await server.send('GET', '/app?limit=x')).text);
    expect([instance, trace]).toEqual([`urn:uuid:${lastLine().requestId}`, TRACE]);
  });

  it('counts what is recorded, once for each key, and who is greeted', async () => {
    server.lines.length = 0;
    const headers = { 'idempotency-key': 'counted' };
    for (let i = 0; i < 2; i++) await server.send('POST', '/app?source=backup', { headers });
    const birthday = { headers: { 'content-type': 'application/json' }, body: '{"dateOfBirth":"1990-05-17"}' };
    await server.send('PUT', '/hello/alice', birthday);
    for (const accept of ['application/json', 'text/html', 'text/plain']) {
      await server.send('GET', '/hello/alice', { headers: { accept } });
    }
    await server.send('GET', '/hello/nobody');
    const counted = server.lines.map(({ Timestamps, Greetings, source }) => [Timestamps, Greetings, source]);
    expect(counted).toEqual([
      [1, undefined, 'backup'],
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
      [undefined, 1, undefined],
      [undefined, 1, undefined],
      [undefined, 1, undefined],
      [undefined, undefined, undefined],
    ]);
  });

  it('counts in the embedded metric format, of a stage, and what fails of a version, too', async () => {
    const directive = (dimensions: string[][], ...names: string[]) => ({
      Timestamp: NOW,
      CloudWatchMetrics: [{ Namespace: 'Rollcall', Dimensions: dimensions, Metrics: names.map((Name) => ({ Name })) }],
    });
    await server.send('POST', '/app');
    expect(lastLine()).toMatchObject({
      _aws: directive([['stage']], 'Timestamps'),
      Timestamps: 1,
      stage: 'local',
    });
    await failing.send('POST', '/app');
    expect(failing.lines.at(-1)).toMatchObject({
      _aws: directive([['stage'], ['stage', 'version']], 'StoreFailed', 'Failed'),
      StoreFailed: 1,
      Failed: 1,
      stage: 'local',
      version: '$LATEST',
    });
    await server.send('GET', '/nothing');
    expect(lastLine()).not.toHaveProperty('_aws');
  });

  it('names the network of a client only, as the record does if the stage says so', async () => {
    const headers = { accept: 'application/json' };
    const record = JSON.parse((await server.send('POST', '/app', { headers })).text);
    expect([record.clientIp, lastLine().client]).toEqual(['127.0.0.0', '127.0.0.0']);
  });
});

it.each([
  ['Root=1-6920a1b2-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:1', TRACE],
  ['Root=1-6920a1b2-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=0', undefined],
  ['', undefined],
])('a request belongs to a trace if X-Ray keeps it: "%s"', (header, trace) => {
  vi.stubEnv('_X_AMZN_TRACE_ID', header);
  const { traceId } = createDeps(unreachableEnv());
  expect(traceId()).toBe(trace);
  vi.unstubAllEnvs();
});

it('a line of the log is written as it is, in one piece', () => {
  const output = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  writeLine({ level: 'ERROR', message: 'request failed', note: 'two\nlines' });
  const written = output.mock.calls.map(([line]) => line);
  output.mockRestore();
  expect(written).toEqual(['{"level":"ERROR","message":"request failed","note":"two\\nlines"}\n']);
});
