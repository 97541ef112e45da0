import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repeated } from '../../support/effort.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

describe('What POST /app is told of how it went', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
  });
  afterAll(() => server.close());

  const postJson = (body: unknown, headers: Record<string, string> = {}) =>
    server.send('POST', '/app', {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const postForm = (body: string) =>
    server.send('POST', '/app', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body,
    });
  const REPORT = { state: 'fail', run: 'r-1', exit: 2, values: { disk: 93.5, 'temp.cpu': -4 } };

  it('is recorded, whether it comes as JSON, in a form or in the query', async () => {
    const text = 'state=fail&run=r-1&exit=2&value.disk=93.5&value.temp.cpu=-4';
    const replies = [
      await postJson(REPORT),
      await postForm(text),
      await server.send('POST', `/app?${text}`, { headers: { accept: 'application/json' } }),
    ];
    for (const { status, text: body, headers } of replies) {
      expect([status, JSON.parse(body)]).toEqual([201, expect.objectContaining(REPORT)]);
      const read = await server.send('GET', headers.location ?? '', { headers: { accept: 'application/json' } });
      expect(JSON.parse(read.text)).toEqual(JSON.parse(body));
    }
  });

  it('leaves a record without it as it was', async () => {
    const { text } = await postJson({ source: 's', note: 'n' });
    expect(Object.keys(JSON.parse(text))).toEqual([
      'id',
      'timestamp',
      'source',
      'note',
      'clientIp',
      'protocol',
      'requestId',
    ]);
  });

  it('stands in CSV, in text and on the pages', async () => {
    const { headers } = await postJson({ source: 'told', ...REPORT });
    const csv = await server.send('GET', '/app?source=told&format=csv');
    expect(csv.text.split('\r\n')[0]).toMatch(/,state,run,exit,values$/);
    expect(csv.text).toContain(',fail,r-1,2,"{""disk"":93.5,""temp.cpu"":-4}"\r\n');
    const line = 'fail exit=2 run=r-1 disk=93.5 temp.cpu=-4';
    expect((await server.send('GET', '/app?source=told&format=text')).text).toContain(`\ttold\t\t${line}\n`);
    for (const path of ['/app?source=told&format=html', headers.location ?? '']) {
      expect((await server.send('GET', path, { headers: { accept: 'text/html' } })).text).toContain(line);
    }
  });

  it.each([
    ['state', { state: 'failed' }, 'one of success, start, fail, log'],
    ['run', { run: 'a b' }, '1 to 64 of'],
    ['run', { run: '' }, '1 to 64 of'],
    ['exit', { exit: 256 }, '0 to 255'],
    ['exit', { exit: -1 }, '0 to 255'],
    ['exit', { exit: 1.5 }, '0 to 255'],
    ['exit', { exit: '2x' }, '0 to 255'],
    ['exit', { state: 'success', exit: 1 }, 'only a failure has another one than 0'],
    ['exit', { state: 'fail', exit: 0 }, 'only a failure has another one than 0'],
    ['exit', { state: 'start', exit: 0 }, 'a start or a log has none'],
    ['exit', { state: 'log', exit: 0 }, 'a start or a log has none'],
    ['values', { values: [1] }, 'at most 10 numbers by their names'],
    ['values', { values: 3 }, 'at most 10 numbers by their names'],
    ['values', { values: { 'a b': 1 } }, 'at most 10 numbers by their names'],
    ['values', { values: { disk: 'full' } }, 'at most 10 numbers by their names'],
    ['values', { values: { disk: null } }, 'at most 10 numbers by their names'],
    ['values', { values: { disk: 1e126 } }, 'at most 10 numbers by their names'],
    ['values', { values: { disk: 1e-130 } }, 'at most 10 numbers by their names'],
    [
      'values',
      { values: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`v${n}`, n])) },
      'at most 10 numbers',
    ],
  ])('is refused with the name of the field, what came and what is allowed: %s, %j', async (field, body, allowed) => {
    const { status, text } = await postJson(body);
    const { errors } = JSON.parse(text);
    expect([status, errors[0].field.split('.')[0], errors[0].in]).toEqual([400, field, 'body']);
    expect(errors[0].allowed).toContain(allowed);
  });

  it('is refused where a value has the name of what objects inherit from, and nothing is lost without a word', async () => {
    const send = (body: string) =>
      server.send('POST', '/app', { headers: { 'content-type': 'application/json' }, body });
    for (const name of ['__proto__', 'prototype', 'constructor']) {
      expect((await send(`{"values":{"${name}":1}}`)).status).toBe(400);
      expect((await postForm(`value.${name}=1`)).status).toBe(400);
    }
    const { status, text } = await send('{"values":{"toString":2}}');
    expect([status, JSON.parse(text).values]).toEqual([201, { toString: 2 }]);
  });

  it('is refused where a form gives values twice over, or an exit status that goes with no state', async () => {
    for (const body of ['values=3&value.disk=1', 'value.disk=1&values=3', 'value.disk=1&value.disk=2']) {
      expect((await postForm(body)).status).toBe(400);
    }
    const { text } = await postForm('state=success&exit=1');
    expect(JSON.parse(text).errors).toEqual([expect.objectContaining({ field: 'exit', received: '1', in: 'body' })]);
    const query = await server.send('POST', '/app?state=success&exit=1');
    expect(JSON.parse(query.text).errors[0].in).toBe('query');
  });

  it('has a part in what an idempotency key stands for, in whichever order values come', async () => {
    const send = (body: unknown) => postJson(body, { 'idempotency-key': 'one-report' });
    const first = await send({ ...REPORT, values: { a: 1, b: 2 } });
    const again = await send({ ...REPORT, values: { b: 2, a: 1 } });
    expect([first.status, again.status, again.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    for (const other of [
      { state: 'start', run: 'r-1' },
      { ...REPORT, exit: 3 },
      { ...REPORT, values: { a: 1 } },
    ]) {
      expect((await send(other)).status).toBe(422);
    }
  });

  it('keeps any number that is allowed as it is', async () => {
    const number = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => value === 0 || (Math.abs(value) > 1e-128 && Math.abs(value) < 1e124));
    await fc.assert(
      fc.asyncProperty(number, async (value) => {
        const { headers } = await postJson({ values: { value } });
        const read = await server.send('GET', headers.location ?? '', { headers: { accept: 'application/json' } });
        expect(JSON.parse(read.text).values.value).toBe(value + 0);
      }),
      { numRuns: repeated(100) },
    );
  });
});
