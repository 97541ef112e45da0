import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RequestOptions, startServer, type TestServer } from '../../support/server.ts';
import { backends, EMBEDDED } from '../../support/stores.ts';

const JSON_BODY = { 'content-type': 'application/json' };

const fronts = [
  ...backends().map((backend) => ({ name: `on ${backend.name}`, backend, options: {} })),
  { name: 'behind CloudFront and an HTTP API', backend: EMBEDDED, options: { front: 'http-api', cdn: true } as const },
];

describe.each(fronts)('the hello endpoints $name', ({ backend, options }) => {
  let server: TestServer;
  let now: number;

  beforeAll(async () => {
    server = await startServer(backend, { ...options, deps: { now: () => now } });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    now = Date.parse('2026-05-12T22:30:00Z');
  });

  const put = (name: string, body: unknown, options: RequestOptions = { headers: JSON_BODY }) =>
    server.send('PUT', `/hello/${name}`, { ...options, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const greet = (path: string, headers = {}) => server.send('GET', `/hello/${path}`, { headers });

  it('tells of one field once, whatever is wrong with it', async () => {
    const { status, text } = await put('twice', { dateOfBirth: 'tomorrow' });
    const { detail, errors } = JSON.parse(text);
    expect([status, errors.length]).toEqual([400, 1]);
    expect(detail.match(/dateOfBirth/g)).toHaveLength(1);
  });

  it('remember a birthday, however often it is told, and count the days to it', async () => {
    for (let i = 0; i < 2; i++) {
      const reply = await put('alice', { dateOfBirth: '1990-05-17' });
      expect([reply.status, reply.text]).toEqual([204, '']);
    }
    const reply = await greet('alice');
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(reply.text)).toEqual({ message: 'Hello, alice! Your birthday is in 5 day(s)' });
  });

  it('wish a happy birthday on the day', async () => {
    await put('bob', { dateOfBirth: '1990-05-12' });
    expect(JSON.parse((await greet('bob')).text)).toEqual({ message: 'Hello, bob! Happy birthday!' });
  });

  it('celebrate 29 February on 28 February in common years', async () => {
    await put('leap', { dateOfBirth: '1996-02-29' });
    now = Date.parse('2027-02-28T12:00:00Z');
    expect((await greet('leap')).text).toContain('Happy birthday!');
    now = Date.parse('2028-02-28T12:00:00Z');
    expect((await greet('leap')).text).toContain('in 1 day(s)');
  });

  it('count from the day that it is in the time zone that was asked for', async () => {
    await put('carol', { dateOfBirth: '1990-05-13' });
    expect((await greet('carol')).text).toContain('in 1 day(s)');
    expect((await greet('carol?tz=Europe/Madrid')).text).toContain('Happy birthday!');
    expect((await greet('carol?tz=America%2FNew_York')).text).toContain('in 1 day(s)');
  });

  it('answer with text, or with a page, for who asks for it', async () => {
    await put('dave', { dateOfBirth: '1990-05-17' });
    expect((await greet('dave', { accept: 'text/plain' })).text).toBe('Hello, dave! Your birthday is in 5 day(s)\n');
    const page = await greet('dave', { accept: 'text/html' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('<h1>Hello, dave!</h1>');
    expect(page.text).toContain('Your birthday is in 5 day(s)');
  });

  it('keep names as they were sent', async () => {
    await put('Erin', { dateOfBirth: '1990-05-17' });
    expect((await greet('Erin')).text).toContain('Hello, Erin!');
    expect((await greet('erin')).status).toBe(404);
  });

  it('erase a person, whether or not there was one', async () => {
    await put('frank', { dateOfBirth: '1990-05-17' });
    for (let i = 0; i < 2; i++) expect((await server.send('DELETE', '/hello/frank')).status).toBe(204);
    expect((await greet('frank')).status).toBe(404);
  });

  it.each<[string, number, string, unknown, RequestOptions | undefined, string[]]>([
    ['today', 400, 'x', { dateOfBirth: '2026-05-12' }, undefined, ['dateOfBirth', '2026-05-12', 'before today']],
    ['the future', 400, 'x', { dateOfBirth: '2027-01-01' }, undefined, ['dateOfBirth', 'before today']],
    ['a day that does not exist', 400, 'x', { dateOfBirth: '2023-02-29' }, undefined, ['dateOfBirth', '2023-02-29']],
    ['a date without zeros', 400, 'x', { dateOfBirth: '1990-5-17' }, undefined, ['dateOfBirth', '1990-5-17']],
    ['a date with a time', 400, 'x', { dateOfBirth: '1990-05-17T00:00:00Z' }, undefined, ['dateOfBirth']],
    ['a number', 400, 'x', { dateOfBirth: 19900517 }, undefined, ['dateOfBirth', '19900517', 'such as 1990-05-17']],
    ['nothing', 400, 'x', {}, undefined, ['dateOfBirth', 'got nothing', 'such as 1990-05-17']],
    ['another field', 400, 'x', { dateOfBirth: '1990-05-17', name: 'y' }, undefined, ['name', 'dateOfBirth']],
    ['a parameter', 400, 'x?tz=UTC', { dateOfBirth: '1990-05-17' }, undefined, ['tz', 'no parameters']],
    ['no JSON', 400, 'x', 'dateOfBirth', undefined, ['JSON']],
    ['an empty body', 400, 'x', '', undefined, ['dateOfBirth']],
    [
      'a form',
      415,
      'x',
      'dateOfBirth=1990-05-17',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      ['application/json'],
    ],
    ['a body over 16 KB', 413, 'x', ' '.repeat(16_385), undefined, ['16385']],
    ['a name with a digit', 400, 'x1', { dateOfBirth: '1990-05-17' }, undefined, ['username', 'x1', '1 to 64']],
    ['a name of 65 letters', 400, 'x'.repeat(65), { dateOfBirth: '1990-05-17' }, undefined, ['username']],
    ['a name that is markup', 400, '%3Cb%3E', { dateOfBirth: '1990-05-17' }, undefined, ['username', '<b>']],
  ])('refuse %s with a %i problem', async (_, status, name, body, options, words) => {
    const reply = await put(name, body, options);
    expect(reply.status).toBe(status);
    for (const word of words) expect(reply.text).toContain(word);
    expect((await greet('x')).status).toBe(404);
  });

  it.each([
    ['x?tz=Europe/Nowhere', ['tz', 'Europe/Nowhere', 'Europe/Madrid']],
    ['x?tz=', ['tz']],
    ['x?timezone=UTC', ['timezone', 'tz']],
    ['x%20y', ['username']],
  ])('refuse to greet %s', async (path, words) => {
    const reply = await greet(path);
    expect(reply.status).toBe(400);
    for (const word of words) expect(reply.text).toContain(word);
  });

  it('say what works here', async () => {
    expect((await server.send('OPTIONS', '/hello/x')).headers.allow).toBe('PUT, GET, HEAD, DELETE, OPTIONS');
    expect((await server.send('POST', '/hello/x')).status).toBe(405);
  });

  it('write no name and no date to a log', async () => {
    server.lines.length = 0;
    await put('Grace', { dateOfBirth: '1990-05-17' });
    await put('Grace', { dateOfBirth: '2990-05-17' });
    await greet('Grace?tz=Nowhere');
    await greet('Grace');
    await server.send('DELETE', '/hello/Grace');
    const lines = JSON.stringify(server.lines);
    expect(lines).toContain('/hello/{username}');
    expect(lines).not.toMatch(/Grace|1990|2990|Nowhere/);
  });
});

describe('the pages of people', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { deps: { now: () => Date.parse('2026-05-12T22:30:00Z') } });
  });
  afterAll(() => server.close());

  const BROWSER = { accept: 'text/html' };
  const FORM = { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' };
  const get = (path: string) => server.send('GET', path, { headers: BROWSER });

  it('remember, greet and erase by forms, which can neither PUT nor DELETE', async () => {
    const body = 'username=Heidi&dateOfBirth=1990-05-17';
    const remembered = await server.send('POST', '/hello', { headers: FORM, body });
    expect([remembered.status, remembered.headers.location]).toEqual([303, '/hello/Heidi']);
    const met = await get('/hello?username=Heidi&utm_source=x');
    expect([met.status, met.headers.location]).toEqual([303, '/hello/Heidi']);
    const { text } = await get('/hello/Heidi');
    expect(text).toContain('Sunday 17 May');
    expect(text).not.toContain('1990');
    const erased = await server.send('POST', '/hello/Heidi/erase', { headers: BROWSER });
    expect([erased.status, erased.headers.location]).toEqual([303, '/']);
    expect((await get('/hello/Heidi')).status).toBe(404);
  });

  it('ask somebody who is not known when they were born', async () => {
    const { status, text } = await get('/hello/Ivan');
    expect(status).toBe(404);
    expect(text).toContain('<input type="hidden" name="username" value="Ivan">');
    expect(text).toContain(`curl -X PUT ${server.origin}/hello/Ivan`);
  });

  it.each([
    ['a day that is not over', 'username=Judy&dateOfBirth=2026-05-12', 'dateOfBirth'],
    ['no day', 'username=Judy&dateOfBirth=1990-02-30', 'dateOfBirth'],
    ['a name that is none', 'username=J%2Fx&dateOfBirth=1990-05-17', 'username'],
    ['no name', 'dateOfBirth=1990-05-17', 'username'],
    ['another field', 'username=Judy&dateOfBirth=1990-05-17&x=1', 'x'],
  ])('refuse a form with %s', async (_, body, field) => {
    const headers = { ...FORM, accept: 'application/json' };
    const { status, text } = await server.send('POST', '/hello', { headers, body });
    expect([status, JSON.parse(text).errors[0].field]).toEqual([400, field]);
    expect((await get('/hello/Judy')).status).toBe(404);
  });

  it('send nobody elsewhere', async () => {
    expect((await get('/hello?username=%2F%2Fevil.example')).status).toBe(400);
  });
});
