import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { emitMetric } from '../lambda/metrics.ts';
import { startServer, type TestServer } from './support/server.ts';
import { type Backend, backends } from './support/stores.ts';

const infoLog = vi.spyOn(console, 'info').mockImplementation(() => {});
const TRACE = '1-6920a1b2-0123456789abcdef01234567';

describe.each(backends())('the log of the app on $name', (backend: Backend) => {
  let server: TestServer;
  const metrics = vi.fn<typeof emitMetric>();
  beforeAll(async () => {
    server = await startServer(backend, {
      deps: { emitMetric: metrics, traceId: () => TRACE, clientIp: 'truncated' },
    });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    vi.clearAllMocks();
  });
  const lastLine = () => infoLog.mock.calls.at(-1)?.[0];

  it('says what a request consumed of the tables, and which trace it belongs to', async () => {
    await server.send('POST', '/app');
    expect(lastLine()).toMatchObject({ route: '/app', readUnits: 0, writeUnits: 1, traceId: TRACE });
    await server.send('GET', '/app');
    expect(lastLine().readUnits).toBeGreaterThan(0);
    expect(lastLine().writeUnits).toBe(0);
    await server.send('GET', '/health');
    expect(lastLine()).toMatchObject({ route: '/health', readUnits: 0, writeUnits: 0 });
  });

  it('has the trace in the problem that a client is told, too', async () => {
    const { instance } = JSON.parse((await server.send('GET', '/app?limit=x')).text);
    expect(instance).toBe(`${lastLine().requestId}?trace=${TRACE}`);
  });

  it('counts what is recorded, once for each key, and who is greeted', async () => {
    const headers = { 'idempotency-key': 'counted' };
    for (let i = 0; i < 2; i++) await server.send('POST', '/app?source=backup', { headers });
    const birthday = { headers: { 'content-type': 'application/json' }, body: '{"dateOfBirth":"1990-05-17"}' };
    await server.send('PUT', '/hello/alice', birthday);
    for (const accept of ['application/json', 'text/html', 'text/plain']) {
      await server.send('GET', '/hello/alice', { headers: { accept } });
    }
    await server.send('GET', '/hello/nobody');
    const dimensions = { FunctionName: 'rollcall' };
    expect(metrics.mock.calls).toEqual([
      ['TimestampsRecorded', 1, dimensions, { source: 'backup' }],
      ['Greetings', 1, dimensions, undefined],
      ['Greetings', 1, dimensions, undefined],
      ['Greetings', 1, dimensions, undefined],
    ]);
  });

  it('names the network of a client only, as the record does if the stage says so', async () => {
    const headers = { accept: 'application/json' };
    const record = JSON.parse((await server.send('POST', '/app', { headers })).text);
    expect([record.clientIp, lastLine().client]).toEqual(['127.0.0.0', '127.0.0.0']);
  });
});
