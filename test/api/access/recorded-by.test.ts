import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, createTestGate } from '../../support/keys.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

describe('where callers need a key', () => {
  const gate = createTestGate();
  const [alice, alicesNext, bob] = ['alice', 'alice', 'bob'].map((name) => gate.add({ name }));
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { access: 'keys', deps: { gate } });
  });
  afterAll(() => server.close());

  async function record(key = '', headers: Record<string, string> = {}, query = '') {
    const all = { accept: 'application/json', ...bearer(key), ...headers };
    const { status, text, headers: answered } = await server.send('POST', `/app${query}`, { headers: all });
    return { status, replayed: answered['idempotency-replayed'], ...JSON.parse(text) };
  }
  const read = async (path: string, accept: string) =>
    (await server.send('GET', path, { headers: { accept, ...bearer(alice ?? '') } })).text;

  it('a record has the name of whoever recorded it, in every form', async () => {
    const { id, recordedBy } = await record(bob, {}, '?source=one');
    expect(recordedBy).toBe('bob');
    expect(JSON.parse(await read(`/app/${id}`, 'application/json'))).toMatchObject({ id, recordedBy: 'bob' });
    expect(JSON.parse(await read('/app?source=one', 'application/json')).items).toMatchObject([{ recordedBy: 'bob' }]);
    const [head, line] = (await read('/app?source=one', 'text/csv')).split('\r\n');
    expect([head?.split(',')[7], line?.split(',')[7]]).toEqual(['recordedBy', 'bob']);
    expect(await read('/app?source=one', 'application/x-ndjson')).toContain('"recordedBy":"bob"');
    expect(await read(`/app/${id}`, 'text/html')).toContain('<dt>Recorded by</dt><dd>bob</dd>');
  });

  it('an Idempotency-Key is one of a name, whichever of its keys shows it', async () => {
    const headers = { 'idempotency-key': 'the-same' };
    const first = await record(alice, headers, '?note=mine');
    expect(await record(alicesNext, headers, '?note=mine')).toMatchObject({ id: first.id, replayed: 'true' });
    // Another name may take the same one, with whatever it has to say, and learns nothing.
    const other = await record(bob, headers, '?note=other');
    expect(other).toMatchObject({ status: 201, note: 'other', recordedBy: 'bob', replayed: undefined });
    expect(await record(alice, headers, '?note=other')).toMatchObject({ status: 422 });
  });
});

it('where nobody is asked for a name, a record has none', async () => {
  const server = await startServer(EMBEDDED);
  const headers = { accept: 'application/json', ...bearer(createTestGate().add()) };
  const record = JSON.parse((await server.send('POST', '/app', { headers })).text);
  const page = await server.send('GET', `/app/${record.id}`, { headers: { accept: 'text/html' } });
  const csv = await server.send('GET', '/app?format=csv');
  await server.close();
  expect(record).not.toHaveProperty('recordedBy');
  expect(page.text).not.toContain('Recorded by');
  expect(csv.text).toMatch(/^id,timestamp,source,note,clientIp,protocol,requestId,state,run,exit,values\r\n/);
});
