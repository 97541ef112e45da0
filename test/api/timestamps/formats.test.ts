import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TABLE_FORMATS } from '../../../lambda/api/lists/table.ts';
import { formatOf } from '../../../lambda/api/timestamps/formats.ts';
import { csvField } from '../../../lambda/core/text/csv.ts';

const SEPARATORS = [',', ';', '\t', '|'];

/** The fields of a line of RFC 4180. */
function parseLine(line: string): string[] {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const [whole = '', quoted, bare = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(rest) ?? [];
    fields.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
    if (rest === '\r\n') return fields;
    expect(rest.startsWith(',')).toBe(true);
    rest = rest.slice(1);
  }
}

const special = fc.constantFrom(...',;|\t\r\n"\' =+-@＝＋－＠﹦\u00a0x1'.split(''));
const texts = fc.oneof(
  fc.array(special, { maxLength: 12 }).map((chars) => chars.join('')),
  fc.string({ unit: 'grapheme' }),
);

describe('a field of CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['10-5', '10-5'],
    ['a, b', '"a, b"'],
    ['x;y', '"x;y"'],
    ['a "quoted" word', '"a ""quoted"" word"'],
    ['=1+1', '"\'=1+1"'],
    ['x;=1+1;y', '"x;\'=1+1;y"'],
    ['x,+1|-2\t@y', "\"x,'+1|'-2\t'@y\""],
    ['＝1+1', '"\'＝1+1"'],
    ['＠SUM(1)', '"\'＠SUM(1)"'],
    ['\t=1', '"\'\t\'=1"'],
    ['\n=1', '"\'\n\'=1"'],
    ['\rx', '"\'\rx"'],
    [' =1', '" \'=1"'],
    ['x;"=1"', '"x;""\'=1"""'],
    ['-x', '"\'-x"'],
  ])('of %j is %s', (text, field) => {
    expect(csvField(text)).toBe(field);
  });

  it('comes back, by RFC 4180, as it was but for apostrophes', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), (fields) => {
        const back = parseLine(`${fields.map(csvField).join(',')}\r\n`);
        const bare = (all: string[]) => all.map((text) => text.replaceAll("'", ''));
        expect(bare(back)).toEqual(bare(fields));
      }),
    );
  });

  it('begins no formula, whichever separator a spreadsheet takes, and whether it heeds quotes or not', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...SEPARATORS), (text, separator) => {
        const line = `id,${csvField(text)},last`;
        for (const cell of line.split(/[\r\n]/).flatMap((row) => row.split(separator))) {
          expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠﹦]/u);
        }
        for (const cell of csvField(text)
          .replaceAll('""', '"')
          .split(/[\r\n,;|\t]/)) {
          expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠﹦]/u);
        }
      }),
    );
  });
});

describe('a record with characters that turn what is read', () => {
  const record = {
    id: '019aa2d6-1b2c-7a3f-8c1d-5e2f3a4b5c06',
    timestamp: '2026-11-20T22:15:06.172057Z',
    note: 'a\u202eb\u2028<c>',
    clientIp: '192.0.2.1',
    protocol: 'http',
    requestId: 'r',
  };

  it('shows them in text, CSV and pages, isolated from what is around, and escapes them in JSON', async () => {
    const formats = await Promise.all(TABLE_FORMATS.map(async (name) => [name, await formatOf(name)] as const));
    const rows = Object.fromEntries(formats.map(([name, { row }]) => [name, row(record, { now: 0, named: false })]));
    expect(rows.text).toBe('2026-11-20T22:15:06.172057Z\t-\ta\\u{202E}b\\u{2028}<c>\n');
    expect(rows.csv).toContain(',a\\u{202E}b\\u{2028}<c>,');
    expect(rows.html).toContain('<bdi>a\\u{202E}b\\u{2028}&lt;c&gt;</bdi>');
    for (const json of [rows.json, rows.ndjson]) {
      expect(json).toContain('"a\\u202eb\\u2028<c>"');
      expect(JSON.parse(json ?? '')).toEqual(record);
    }
  });
});
