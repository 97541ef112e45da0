import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TimestampRecord } from '../../../lambda/core/timestamps/record.ts';
import { createIdSource, timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { backends, EMBEDDED } from '../../support/stores.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const START = 1_795_212_906_172_057;
const NOTES = [
  'plain',
  '=HYPERLINK("http://x")',
  'a "quoted", line\r\nand another',
  '<script>alert(1)</script>',
  '-1 + 1',
  '@x',
  '\tTab',
];

/** Puts records of known times, a second apart, straight into the store. */
async function record(
  server: TestServer,
  count: number,
  fields: (index: number) => Partial<TimestampRecord> = () => ({}),
) {
  let now = START;
  const nextId = createIdSource({ shards: 8, now: () => now });
  const records: TimestampRecord[] = [];
  for (let i = 0; i < count; i++) {
    const id = nextId();
    records.push({
      id,
      timestamp: timestampOf(id),
      ...fields(i),
      clientIp: '2001:db8::1',
      protocol: 'https',
      requestId: `r-${i}`,
    });
    now += 1_000_000;
  }
  const rest = records.values();
  const work = async () => {
    for (const each of rest) await server.deps.timestamps.put(each);
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return records.toReversed();
}

describe.each(backends())('GET /app on $name', (backend) => {
  let server: TestServer;
  /** Newest first. */
  let records: TimestampRecord[];

  beforeAll(async () => {
    server = await startServer(backend);
    records = await record(server, 21, (i) => ({
      source: i % 3 === 0 ? 'third' : 'other',
      note: NOTES[i % NOTES.length] ?? '',
    }));
  });
  afterAll(() => server.close());

  const get = (query = '', headers = {}) => server.send('GET', `/app${query}`, { headers });
  const items = async (query = '') => JSON.parse((await get(query)).text).items;

  it('is JSON for programs, newest first, with no next page when all is there', async () => {
    const reply = await get('', { accept: '*/*' });
    expect(reply.headers['content-type']).toBe('application/json');
    expect(JSON.parse(reply.text)).toEqual({ items: records, next: null });
    expect(reply.headers.link).toBeUndefined();
  });

  it.each([
    ['application/json', 'application/json'],
    ['text/csv', 'text/csv; charset=utf-8'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['text/plain', 'text/plain; charset=utf-8'],
    ['text/plain;q=0.5, text/csv', 'text/csv; charset=utf-8'],
    [BROWSER.accept, 'text/html; charset=utf-8'],
  ])('for Accept: %s is %s', async (accept, type) => {
    expect((await get('', { accept })).headers['content-type']).toBe(type);
  });

  it.each([
    ['json', 'application/json'],
    ['html', 'text/html; charset=utf-8'],
    ['csv', 'text/csv; charset=utf-8'],
    ['ndjson', 'application/x-ndjson'],
    ['text', 'text/plain; charset=utf-8'],
  ])('for ?format=%s is %s, whatever Accept says', async (format, type) => {
    expect((await get(`?format=${format}`, { accept: 'image/png' })).headers['content-type']).toBe(type);
  });

  it('is a record a line as NDJSON', async () => {
    const { text } = await get('?format=ndjson');
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(records);
  });

  it('is a table of RFC 4180 as CSV, in which no note is a formula', async () => {
    const lines = (await get('?format=csv&limit=7')).text.split(/\r\n(?!and)/);
    expect(lines[0]).toBe('id,timestamp,source,note,clientIp,protocol,requestId,state,run,exit,values');
    const columns = ({ id, timestamp, source = '' }: TimestampRecord) => `${id},${timestamp},${source},`;
    const cells = [
      '"\'\tTab"',
      '"\'@x"',
      '"\'-1 + 1"',
      '<script>alert(1)</script>',
      '"a ""quoted"", line\r\nand another"',
      '"\'=HYPERLINK(""http://x"")"',
      'plain',
    ];
    for (const [i, cell] of cells.entries()) {
      const expected = records[i];
      if (expected === undefined) throw new Error('too few records');
      expect(lines[i + 1]).toBe(`${columns(expected)}${cell},2001:db8::1,https,${expected.requestId},,,,`);
    }
    expect(lines).toHaveLength(9);
  });

  it('is a line a record as text, whatever the note holds', async () => {
    const lines = (await get('?format=text&limit=6')).text.split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[4]).toBe(`${records[4]?.timestamp}\tother\ta "quoted", line and another`);
  });

  it('is a table for browsers, in which what people typed is text', async () => {
    const { text } = await get('', BROWSER);
    expect(text.match(/<tr>/g)).toHaveLength(22);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script>');
  });

  it('says how to record the first one when there is none', async () => {
    expect((await get('?source=nobody', BROWSER)).text).toContain('No timestamps match this filter.');
  });

  it('gives the records of a span: from is part of it, to is not', async () => {
    const [newest, , third, , fifth] = records;
    const span = await items(`?from=${fifth?.timestamp}&to=${newest?.timestamp}`);
    expect(span).toEqual(records.slice(1, 5));
    expect(await items(`?from=${third?.timestamp}`)).toEqual(records.slice(0, 3));
    const offset = '2026-11-21T00:15:06.172057%2B02:00';
    expect(await items(`?to=${offset}`)).toEqual([]);
    expect(await items(`?from=${offset}`)).toEqual(records);
  });

  it('takes all times of RFC 3339: leap seconds, and years before and after any record', async () => {
    expect(await items('?from=0000-01-01T00:00:00Z')).toEqual(records);
    expect(await items('?from=1990-12-31T23:59:60Z&to=9999-12-31T23:59:59.9999999Z')).toEqual(records);
    expect(await items('?from=1937-01-01T12:00:27.87%2B00:20&to=1969-07-20T20:17:40Z')).toEqual([]);
    const page = await get('?limit=1&from=1900-01-01T00:00:00Z&to=9999-12-31T23:59:59.9999999Z&format=html');
    expect(page.text).not.toMatch(/[+-]\d{6}-|NaN|Invalid/);
    const next = /<(.*)>/.exec(page.headers.link?.toString() ?? '')?.[1] ?? '';
    expect((await server.send('GET', next)).status).toBe(200);
    const turned = await get('?from=1969-01-01T00:00:00Z&to=1968-01-01T00:00:00Z');
    expect(JSON.parse(turned.text).errors).toMatchObject([{ field: 'to', received: '"1968-01-01T00:00:00Z"' }]);
  });

  it('gives the records of one source, a page at a time', async () => {
    const third = records.filter(({ source }) => source === 'third');
    const { items: first, next } = JSON.parse((await get('?source=third&limit=4')).text);
    expect(first).toEqual(third.slice(0, 4));
    expect(await items(`?source=third&limit=4&before=${next}`)).toEqual(third.slice(4));
  });

  it('leads from page to page by next and by the Link header, and both keep the rest of the query', async () => {
    const seen: unknown[] = [];
    let path: string | undefined = `?limit=5&to=${records[0]?.timestamp}`;
    while (path) {
      const reply = await get(path);
      const { items: page, next } = JSON.parse(reply.text);
      seen.push(...page);
      const link: string = reply.headers.link?.toString() ?? '';
      path = /^<\/app(\?.*)>; rel="next"$/.exec(link)?.[1];
      if (next === null) expect(path).toBeUndefined();
      else expect(path).toBe(`?limit=5&to=${records[0]?.timestamp}&before=${next}`);
    }
    expect(seen).toEqual(records.slice(1));
  });

  it('builds links of what was validated, never of what came', async () => {
    const address = encodeURIComponent('9>;rel=next,<http://evil.example/x');
    const odd = `?limit=${address}&limit=4&source=%22&source=third&format=x&format=json`;
    const { status, headers } = await get(odd);
    expect(status).toBe(200);
    expect(headers.link).toMatch(/^<\/app\?limit=4&source=third&format=json&before=[0-9a-f-]{36}>; rel="next"$/);
    // As it is, for who does not encode.
    const raw = await server.send('GET', '/app?limit=9>;rel=next,<http://evil.example/x&limit=4&source=third');
    expect(raw.headers.link).toMatch(/^<\/app\?limit=4&source=third&before=[0-9a-f-]{36}>; rel="next"$/);
    const page = await get(`${odd.replace('format=json', 'format=html')}&utm_source=evil`, BROWSER);
    expect([page.status, page.text.includes('evil')]).toEqual([200, false]);
  });

  it('gives what is newer than a record, next to it first, for who comes back for more', async () => {
    const oldest = records.at(-1)?.id;
    const { items: page, next } = JSON.parse((await get(`?limit=4&after=${oldest}`)).text);
    expect(page).toEqual(records.slice(-5, -1));
    expect(next).toBe(page[0].id);
    expect(await items(`?limit=100&after=${next}`)).toEqual(records.slice(0, -5));
    expect(JSON.parse((await get(`?after=${records[0]?.id}`)).text)).toEqual({ items: [], next: null });
  });

  it('takes cursors in upper case', async () => {
    expect(await items(`?limit=1&before=${records[0]?.id.toUpperCase()}`)).toEqual([records[1]]);
  });

  it('leads a browser to older and to newer timestamps and back', async () => {
    const linkOf = (page: string, name: string) =>
      new RegExp(`href="([^"]*)" rel="[a-z]*">${name}<`).exec(page)?.[1]?.replaceAll('&amp;', '&');
    const first = (await get('?limit=8', BROWSER)).text;
    expect(linkOf(first, 'Newer')).toBeUndefined();
    const second = (await get(linkOf(first, 'Older'), BROWSER)).text;
    const third = (await get(linkOf(second, 'Older'), BROWSER)).text;
    expect(linkOf(third, 'Older')).toBeUndefined();
    expect(third).toContain(records.at(-1)?.timestamp);
    const back = (await get(linkOf(third, 'Newer'), BROWSER)).text;
    expect(back.match(/datetime="[^"]*"/g)).toEqual(second.match(/datetime="[^"]*"/g));
  });
});

describe('GET /app with long notes', () => {
  let server: TestServer;
  let records: TimestampRecord[];

  beforeAll(async () => {
    server = await startServer(EMBEDDED);
    records = await record(server, 1000, () => ({ note: '"'.repeat(1024) }));
  });
  afterAll(() => server.close());

  it.each(['json', 'html', 'csv', 'ndjson', 'text'])(
    'as %s ends a page where a load balancer would refuse more, and goes on',
    async (format) => {
      const times: string[] = [];
      let path: string | undefined = `/app?limit=1000&format=${format}`;
      let pages = 0;
      while (path !== undefined) {
        const { status, text, headers } = await server.send('GET', path);
        expect(status).toBe(200);
        // A page for browsers has links with times above its table.
        const found = text.replace(/^.*<tbody>/s, '').match(/2026-[0-9T:.-]+\d{6}Z/g) ?? [];
        times.push(...new Set(found));
        path = /<(.*)>/.exec(headers.link?.toString() ?? '')?.[1];
        pages++;
      }
      expect(times).toEqual(records.map(({ timestamp }) => timestamp));
      expect(pages).toBeGreaterThan(1);
      expect(server.refusals).toEqual([]);
    },
  );

  it('does the same on the way from old to new', async () => {
    const ids: string[] = [];
    let after: string | null = '00000000-0000-7000-8000-000000000000';
    while (after !== null) {
      const page: { items: TimestampRecord[]; next: string | null } = JSON.parse(
        (await server.send('GET', `/app?limit=1000&after=${after}`)).text,
      );
      ids.push(...page.items.map(({ id }) => id).toReversed());
      after = page.next;
    }
    expect(ids).toEqual(records.map(({ id }) => id).toReversed());
  });
});
