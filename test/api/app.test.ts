import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isId } from '../../lambda/core/timestamps/timestamp-id.ts';
import { type RequestOptions, type ServerOptions, startServer, type TestServer } from '../support/server.ts';
import { type Backend, backends, EMBEDDED } from '../support/stores.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8' };
const JSON_BODY = { 'content-type': 'application/json' };
const FORM_BODY = { 'content-type': 'application/x-www-form-urlencoded' };

/** What is wrong, the status, the request, and words of the answer. */
type BadRequest = [string, number, string, string, RequestOptions, string[]];

const fronts: readonly { name: string; backend: Backend; options: ServerOptions }[] = [
  ...backends().flatMap((backend) =>
    [true, false].map((multiValueHeaders) => ({
      name: `on ${backend.name}, behind a load balancer, multi-value headers ${multiValueHeaders ? 'on' : 'off'}`,
      backend,
      options: { multiValueHeaders },
    })),
  ),
  { name: 'behind an HTTP API', backend: EMBEDDED, options: { front: 'http-api' } },
  { name: 'behind CloudFront and a load balancer', backend: EMBEDDED, options: { front: 'alb', cdn: true } },
  { name: 'behind CloudFront and an HTTP API', backend: EMBEDDED, options: { front: 'http-api', cdn: true } },
];

/** What only a load balancer hands over: others answer it themselves, each in its own way. */
const LOAD_BALANCER_ONLY: readonly BadRequest[] = [
  ['an unknown path', 404, 'GET', '/nothing', {}, ['nothing at this address']],
  ['a path of 10,000 characters', 404, 'GET', `/${'x'.repeat(9_999)}`, {}, ['nothing at this address']],
  ['a path that is not UTF-8', 404, 'GET', '/app/%FF', {}, ['nothing at this address']],
  ['a trailing slash', 404, 'GET', '/app/', {}, ['nothing at this address']],
  ['an unknown method', 405, 'PROPFIND', '/health', {}, ['GET, HEAD, OPTIONS']],
];

describe.each(fronts)('the app $name', ({ backend, options: serverOptions }) => {
  const { front = 'alb', cdn = false } = serverOptions;
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer(backend, serverOptions);
  });
  afterAll(() => server.close());
  afterEach(() => {
    expect(server.refusals).toEqual([]);
    server.lines.length = 0;
  });

  const post = (query = '', options?: RequestOptions) => server.send('POST', `/app${query}`, options);
  const get = (path: string, headers = {}) => server.send('GET', path, { headers });
  const list = async (query = '') => JSON.parse((await get(`/app${query}`)).text);
  const postJson = async (fields: object) => {
    const headers = { ...JSON_BODY, accept: 'application/json' };
    return JSON.parse((await post('', { headers, body: JSON.stringify(fields) })).text);
  };
  const total = async () => (await list('?limit=1000')).items.length;

  describe('POST /app', () => {
    it('answers curl with the timestamp on a line, and where it is', async () => {
      const reply = await post('', { headers: { accept: '*/*' } });
      expect(reply.status).toBe(201);
      expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(reply.text.endsWith('\n')).toBe(true);
      expect(reply.text.trimEnd()).toMatch(TIMESTAMP);
      const record = JSON.parse((await get(reply.headers.location ?? '')).text);
      expect(record.timestamp).toBe(reply.text.trimEnd());
    });

    it('gives each timestamp a later time than the one before', async () => {
      const times = [];
      for (let i = 0; i < 20; i++) times.push((await post()).text);
      expect(times).toEqual([...new Set(times)].toSorted());
    });

    it('answers a program with the record', async () => {
      const before = Date.now();
      const record = await postJson({ source: 'backup', note: 'nightly run: ü, "quotes", <b>' });
      expect(record).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        timestamp: expect.stringMatching(TIMESTAMP),
        source: 'backup',
        note: 'nightly run: ü, "quotes", <b>',
        clientIp: '127.0.0.1',
        protocol: 'http',
        requestId: expect.any(String),
      });
      expect(isId(record.id)).toBe(true);
      expect(Date.parse(record.timestamp)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(record.timestamp)).toBeLessThanOrEqual(Date.now());
      expect(JSON.parse((await get(`/app/${record.id}`)).text)).toEqual(record);
    });

    it("sends a browser's form back to the list", async () => {
      const reply = await post('', { headers: { ...BROWSER, ...FORM_BODY }, body: 'source=&note=caf%C3%A9+au+lait' });
      expect([reply.status, reply.headers.location, reply.text]).toEqual([303, '/app', '']);
      const [latest] = (await list('?limit=1')).items;
      expect(latest.note).toBe('café au lait');
      expect(latest).not.toHaveProperty('source');
    });

    it.each([
      ['the query', '?source=a.b_c-1&note=%22x%22+%26+y', {}],
      ['a form', '', { headers: FORM_BODY, body: 'source=a.b_c-1&note=%22x%22+%26+y' }],
      ['JSON', '', { headers: JSON_BODY, body: '{"source":"a.b_c-1","note":"\\"x\\" & y"}' }],
      [
        'JSON with a charset',
        '',
        {
          headers: { 'content-type': 'Application/JSON; charset=utf-8' },
          body: '{"source":"a.b_c-1","note":"\\"x\\" & y"}',
        },
      ],
      ['both, a field each', '?source=a.b_c-1', { headers: JSON_BODY, body: '{"note":"\\"x\\" & y"}' }],
    ])('takes source and note by %s', async (_, query, options) => {
      expect((await post(query, options)).status).toBe(201);
      expect((await list('?limit=1')).items[0]).toMatchObject({ source: 'a.b_c-1', note: '"x" & y' });
    });

    it.each([
      ['100% ok', '100% ok'],
      ['%', '%'],
      ['50%25%zz%4', '50%%zz%4'],
      ['a=b%3Dc', 'a=b=c'],
      ['%F0%9F%91%8D+%2B', '👍 +'],
    ])('takes a note of a form or a query as browsers write and servers read it: %s', async (sent, note) => {
      expect((await post('', { headers: FORM_BODY, body: `note=${sent}` })).status).toBe(201);
      expect((await list('?limit=1')).items[0].note).toBe(note);
      expect((await post(`?note=${sent.replaceAll(' ', '+')}`)).status).toBe(201);
      expect((await list('?limit=1')).items[0].note).toBe(note);
    });

    it('takes a note of 1,024 bytes, tabs and line breaks included, and gives it back as it was', async () => {
      const note = `\t\r\n${'é'.repeat(510)}x`;
      expect(Buffer.byteLength(note)).toBe(1024);
      expect((await postJson({ note })).note).toBe(note);
      expect((await list('?limit=1')).items[0].note).toBe(note);
    });

    it('records the address that the load balancer saw, not the one that the client claims', async () => {
      for (const claim of ['203.0.113.7', '203.0.113.7, 198.51.100.1', 'unknown', '::1, not an address']) {
        await post('', { headers: { 'x-forwarded-for': claim, 'x-real-ip': claim, forwarded: `for=${claim}` } });
        expect((await list('?limit=1')).items[0].clientIp).toBe('127.0.0.1');
      }
      await post('', { headers: { 'x-forwarded-for': ['203.0.113.7', '198.51.100.1'] } });
      expect((await list('?limit=1')).items[0].clientIp).toBe('127.0.0.1');
    });
  });

  describe('bad input', () => {
    const longNote = `${'é'.repeat(512)}x`;
    it.each<BadRequest>([
      ...(front === 'alb' && !cdn ? LOAD_BALANCER_ONLY : []),
      ['malformed JSON', 400, 'POST', '/app', { headers: JSON_BODY, body: '{"note":' }, ['JSON']],
      ['JSON that is no object', 400, 'POST', '/app', { headers: JSON_BODY, body: '["note"]' }, ['object', 'an array']],
      [
        'deeply nested JSON',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: `{"note":${'['.repeat(8000)}${']'.repeat(8000)}}` },
        ['note', 'an array'],
      ],
      [
        'a field of a form given twice',
        400,
        'POST',
        '/app',
        { headers: FORM_BODY, body: 'note=a&note=b' },
        ['note', 'given once'],
      ],
      ['a name with control characters', 400, 'GET', '/app?%1b%5b31m%0a=1', {}, ['u001b[31m', 'limit']],
      ['JSON null', 400, 'POST', '/app', { headers: JSON_BODY, body: 'null' }, ['object']],
      [
        'a body over 16 KB',
        413,
        'POST',
        '/app',
        { headers: JSON_BODY, body: `{"note":"${'x'.repeat(16_384)}"}` },
        ['16395', '16384'],
      ],
      [
        'a content type that is neither JSON nor a form',
        415,
        'POST',
        '/app',
        { headers: { 'content-type': 'text/plain' }, body: 'x' },
        ['text/plain', 'application/json'],
      ],
      [
        'a multipart form',
        415,
        'POST',
        '/app',
        { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' },
        ['multipart/form-data'],
      ],
      [
        'a compressed body',
        415,
        'POST',
        '/app',
        { headers: { ...JSON_BODY, 'content-encoding': 'gzip' }, body: 'x' },
        ['gzip'],
      ],
      ['an unknown field', 400, 'POST', '/app', { headers: JSON_BODY, body: '{"nota":"x"}' }, ['nota', 'source, note']],
      [
        'a __proto__ field',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: '{"__proto__":{"source":"x"}}' },
        ['__proto__'],
      ],
      [
        'a field named like a method',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: '{"toString":"x"}' },
        ['toString'],
      ],
      ['a __proto__ parameter', 400, 'POST', '/app?__proto__=x', {}, ['__proto__']],
      ['a __proto__ form field', 400, 'POST', '/app', { headers: FORM_BODY, body: '__proto__=x' }, ['__proto__']],
      [
        'a field given twice',
        400,
        'POST',
        '/app?note=a',
        { headers: JSON_BODY, body: '{"note":"b"}' },
        ['note', 'once'],
      ],
      ['a source with a space', 400, 'POST', '/app?source=a+b', {}, ['source', 'a b', '1 to 64']],
      ['a source of 65 characters', 400, 'POST', `/app?source=${'a'.repeat(65)}`, {}, ['source', '1 to 64']],
      ['an empty source', 400, 'POST', '/app?source=', {}, ['source', '1 to 64']],
      [
        'a source that is a number',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: '{"source":5}' },
        ['source', '5', '1 to 64'],
      ],
      ['a note that is null', 400, 'POST', '/app', { headers: JSON_BODY, body: '{"note":null}' }, ['note', 'null']],
      [
        'a note of 1,025 bytes',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: JSON.stringify({ note: longNote }) },
        ['note', '1,024', '515 characters'],
      ],
      ['a NUL byte in the query', 400, 'POST', '/app?note=a%00b', {}, ['note', 'control characters']],
      [
        'a NUL byte in JSON',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: '{"note":"a\\u0000b"}' },
        ['note', 'control characters'],
      ],
      [
        'an escape sequence for terminals',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: '{"note":"\\u001b[31m"}' },
        ['note'],
      ],
      ['half of a surrogate pair', 400, 'POST', '/app', { headers: JSON_BODY, body: '{"note":"\\ud800"}' }, ['note']],
      [
        'invalid UTF-8 in JSON',
        400,
        'POST',
        '/app',
        { headers: JSON_BODY, body: Buffer.from('{"note":"\xff"}', 'latin1') },
        ['note'],
      ],
      [
        'invalid UTF-8 in a form',
        400,
        'POST',
        '/app',
        { headers: FORM_BODY, body: Buffer.from('note=\xff', 'latin1') },
        ['UTF-8'],
      ],
      ['invalid UTF-8 in the query', 400, 'POST', '/app?note=%FF', {}, ['UTF-8']],
      ['a % that begins no byte where there is no text', 400, 'GET', '/app?limit=%1', {}, ['limit', '%1']],
      ['a source that is not UTF-8', 400, 'GET', '/app?source=%FF', {}, ['source', '1 to 64']],
      [
        'a form that is percent-encoded, but not UTF-8',
        400,
        'POST',
        '/app',
        { headers: FORM_BODY, body: 'note=a%FFb' },
        ['note', 'a�b', 'bytes become that are not UTF-8'],
      ],
      ['a limit of 0', 400, 'GET', '/app?limit=0', {}, ['limit', '\\"0\\"', '1 to 1000']],
      ['a limit of 1001', 400, 'GET', '/app?limit=1001', {}, ['limit', '1001', '1 to 1000']],
      ['a limit of 1e2', 400, 'GET', '/app?limit=1e2', {}, ['limit', '1e2']],
      ['an empty limit', 400, 'GET', '/app?limit=', {}, ['limit']],
      ['a cursor that is no id', 400, 'GET', '/app?before=1', {}, ['before', '\\"1\\"']],
      [
        'a cursor of another UUID version',
        400,
        'GET',
        '/app?after=d9428888-122b-41e1-b85c-61cf3e2f3a4b',
        {},
        ['after'],
      ],
      [
        'two cursors',
        400,
        'GET',
        '/app?after=01a1fbcd-4182-7214-a884-d8dc6d8b4904&before=01a1fbcd-4182-7214-a884-d8dc6d8b4904',
        {},
        ['after', 'before'],
      ],
      ['a date without a time', 400, 'GET', '/app?from=2026-11-20', {}, ['from', '\\"2026-11-20\\"', 'RFC 3339']],
      [
        'a day that does not exist',
        400,
        'GET',
        '/app?to=2026-02-30T00:00:00Z',
        {},
        ['to', '\\"2026-02-30T00:00:00Z\\"'],
      ],
      [
        'a span that ends before it starts',
        400,
        'GET',
        '/app?from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z',
        {},
        ['to', '2026-11-19', 'later than from'],
      ],
      ['a bad source to filter by', 400, 'GET', '/app?source=a%20b', {}, ['source', 'a b']],
      ['an unknown format', 400, 'GET', '/app?format=xml', {}, ['format', 'xml', 'json, html, csv, ndjson, text']],
      ['an unknown parameter', 400, 'GET', '/app?page=2', {}, ['page', 'limit, before, after']],
      [
        'a parameter where there is none',
        400,
        'GET',
        '/app/01a1fbcd-4182-7214-a884-d8dc6d8b4904?x=1',
        {},
        ['x', 'no parameters'],
      ],
      ['a path with a NUL byte', 404, 'GET', '/app/%00', {}, ['No timestamp']],
      ['an id that is none', 404, 'GET', '/app/1', {}, ['No timestamp']],
      ['an id that nothing has', 404, 'GET', '/app/01a1fbcd-4182-7214-a884-d8dc6d8b4904', {}, ['No timestamp']],
      ['a wrong method', 405, 'DELETE', '/app', {}, ['POST, GET, HEAD, OPTIONS']],
      [
        'a type that the list cannot be',
        406,
        'GET',
        '/app',
        { headers: { accept: 'image/png' } },
        ['application/json', 'text/csv'],
      ],
      [
        'a type that the answer cannot be',
        406,
        'POST',
        '/app',
        { headers: { accept: 'text/csv' } },
        ['text/plain, application/json, text/html'],
      ],
    ])(
      '%s is a %i problem that says what is wrong, and nothing is written',
      async (_, status, method, path, options, words) => {
        const before = await total();
        const reply = await server.send(method, path, options);
        expect(reply.status).toBe(status);
        expect(reply.headers['content-type']).toBe('application/problem+json');
        const problem = JSON.parse(reply.text);
        expect(problem).toMatchObject({ type: 'about:blank', status, instance: expect.any(String) });
        expect(Object.keys(problem).slice(0, 5)).toEqual(['type', 'title', 'status', 'detail', 'instance']);
        for (const word of words) expect(reply.text).toContain(word);
        expect(reply.text).not.toMatch(/\.ts:|node_modules|\n\s+at /);
        expect(await total()).toBe(before);
        expect(server.lines.map(({ level }) => level)).not.toContain('ERROR');
      },
    );

    it('names every field that is wrong, where it came, what came and what is allowed', async () => {
      const reply = await post('?source=a+b', { headers: JSON_BODY, body: '{"note":7}' });
      expect(JSON.parse(reply.text).errors).toEqual([
        { in: 'query', field: 'source', received: '"a b"', allowed: '1 to 64 of A-Z a-z 0-9 . _ -' },
        { in: 'body', field: 'note', received: '7', allowed: expect.stringContaining('1,024 bytes') },
      ]);
    });

    it('says in the Allow header of a 405 what works', async () => {
      expect((await server.send('PUT', '/app')).headers.allow).toBe('POST, GET, HEAD, OPTIONS');
      expect((await server.send('POST', '/health')).headers.allow).toBe('GET, HEAD, OPTIONS');
    });

    it('is one line for a terminal, whatever was typed', async () => {
      const { text } = await get('/app?%1b%5b31m%0aline=1', { accept: 'text/plain' });
      expect(text).toMatch(/^400 Bad Request: [ -~]+\n$/);
    });

    it('is a page for a browser, escaped, and one line for a terminal', async () => {
      const page = await get('/app?limit=%3Cscript%3E', BROWSER);
      expect([page.status, page.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
      expect(page.text).toContain('&lt;script&gt;');
      expect(page.text).not.toContain('<script>');
      const line = await get('/app/x', { accept: 'text/plain' });
      expect([line.status, line.headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
      expect(line.text).toMatch(/^404 Not Found: .*\n$/);
    });
  });

  it.each([
    ['application/json; charset=utf-8', 'application/json'],
    ['text/plain;charset=utf-8', 'text/plain; charset=utf-8'],
    ['text/csv; header=present;q=0.5, text/plain;q=0.1', 'text/csv; charset=utf-8'],
    ['text/csv;q=0, */*', 'application/json'],
  ])('takes Accept: %s for %s', async (accept, type) => {
    const reply = await get('/app', { accept });
    expect([reply.status, reply.headers['content-type']]).toEqual([200, type]);
  });

  it.each(['', '*', 'image/png;q=high', 'nothing'])(
    'records though Accept cannot be understood: %j',
    async (accept) => {
      const reply = await post('', { headers: { accept } });
      expect([reply.status, reply.headers['content-type']]).toEqual([201, 'text/plain; charset=utf-8']);
    },
  );

  it('takes no body, whatever is said of its type', async () => {
    expect((await post('', { headers: { 'content-type': 'text/plain; charset=utf-8' } })).status).toBe(201);
  });

  it('takes a body that says that it is not encoded', async () => {
    const headers = { ...JSON_BODY, 'content-encoding': 'Identity' };
    expect((await post('', { headers, body: '{"note":"x"}' })).status).toBe(201);
  });

  describe('GET /app/{id}', () => {
    it('takes an id in upper case', async () => {
      const record = await postJson({});
      expect(JSON.parse((await get(`/app/${record.id.toUpperCase()}`)).text)).toEqual(record);
    });

    it('is a page for a browser and a line for a terminal', async () => {
      const { id, timestamp } = await postJson({ source: 's', note: '<i>&"' });
      const page = await get(`/app/${id}`, BROWSER);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.text).toContain('&lt;i&gt;&amp;&quot;');
      expect((await get(`/app/${id}`, { accept: 'text/plain' })).text).toBe(`${timestamp}\ts\t<i>&"\n`);
    });
  });

  describe('parameters that nobody knows', () => {
    const TRACKING = 'utm_source=mail&fbclid=IwAR0_x';
    it.each([
      ['a monitor', '/health', '*/*', 200],
      ['a monitor', '/ready', '*/*', 200],
      ['a browser', '/', BROWSER.accept, 200],
      ['a terminal', '/', 'text/plain', 200],
      ['a browser', '/docs', BROWSER.accept, 200],
      ['a program', '/openapi.json', 'application/json', 200],
      ['a browser', '/assets/style.0123456789.css', '*/*', 200],
      ['a browser', '/app', BROWSER.accept, 200],
      ['a browser', '/app?source=x', BROWSER.accept, 200],
      ['a browser', '/app/01a1fbcd-4182-7214-a884-d8dc6d8b4904', BROWSER.accept, 404],
      ['a browser', '/hello/nobody', BROWSER.accept, 404],
      ['a program', '/app', '*/*', 400],
      ['a program', '/app/01a1fbcd-4182-7214-a884-d8dc6d8b4904', 'application/json', 400],
      ['a program', '/hello/nobody', 'application/json', 400],
      ['a terminal', '/hello/nobody', 'text/plain', 400],
    ])('from %s to %s, Accept: %s, end in %i', async (_, path, accept, status) => {
      const reply = await get(`${path}${path.includes('?') ? '&' : '?'}${TRACKING}`, { accept });
      expect(reply.status).toBe(status);
      if (status === 400) expect(JSON.stringify(reply.text)).toContain('utm_source');
    });

    it('do not hide what is wrong with those that are known', async () => {
      expect((await get('/app?fbclid=x&limit=0', BROWSER)).status).toBe(400);
      expect((await get('/hello/nobody?fbclid=x&tz=Nowhere', BROWSER)).status).toBe(400);
    });
  });

  describe('the other addresses', () => {
    it('GET / is a page with a form for this very list, and curl lines for this very host', async () => {
      const page = await get('/', { ...BROWSER, host: 'rollcall.example:8080' });
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.text).toContain('<form method="post" action="/app"');
      expect(page.text).toContain('curl -X POST http://rollcall.example:8080/app');
    });

    it('GET / is plain text for who asks for it', async () => {
      const reply = await get('/', { accept: 'text/plain', host: 'rollcall.example' });
      expect(reply.text).toContain('curl http://rollcall.example/app\n');
    });

    it('GET / shows no host that cannot be one', async () => {
      const page = await get('/', { host: '"><script>alert(1)</script>' });
      expect(page.text).toContain('http://localhost/app');
      expect(page.text).not.toContain('alert');
    });

    it('GET /health and GET /ready say that all is well', async () => {
      const [health, ready] = [await get('/health', { accept: 'x/y' }), await get('/ready')];
      expect([health.status, health.text]).toEqual([200, '{"status":"ok"}\n']);
      expect([ready.status, ready.text]).toEqual([200, '{"status":"ready"}\n']);
    });

    it.each(['/', '/app', '/app/x', '/health', '/ready'])('OPTIONS %s says what works', async (path) => {
      const reply = await server.send('OPTIONS', path);
      expect([reply.status, reply.text]).toEqual([204, '']);
      expect(reply.headers.allow).toContain('GET, HEAD, OPTIONS');
    });

    it.each(['/', '/app?limit=1', '/app/x', '/health', '/ready'])('HEAD %s is GET without the body', async (path) => {
      const [head, full] = [await server.send('HEAD', path), await get(path)];
      expect([head.status, head.text]).toEqual([full.status, '']);
      const without = ({ date: _, 'content-length': __, 'apigw-requestid': ___, ...rest }: Record<string, unknown>) =>
        rest;
      expect(without(head.headers)).toEqual(without(full.headers));
    });

    it('guards every answer: no sniffing, no caching, and pages that run and load nothing', async () => {
      for (const path of ['/', '/app', '/app/x', '/health']) {
        const { headers } = await get(path, BROWSER);
        expect(headers['x-content-type-options']).toBe('nosniff');
        expect(headers['x-frame-options']).toBe('DENY');
        // Over HTTP it would mean nothing.
        expect(headers).not.toHaveProperty('strict-transport-security');
        expect(headers['cache-control']).toBe('no-store');
        if (path === '/health') continue;
        expect(headers['content-security-policy']).toContain("default-src 'none'");
        expect(headers['content-security-policy']).not.toContain('unsafe');
      }
    });
  });
});
