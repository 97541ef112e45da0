import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, entriesOf } from '../../../bin/import/read-lines.ts';
import { headOf, lineOf } from '../../../bin/records/record-text.ts';
import { records } from '../../support/records.ts';

async function entries(content: string | Uint8Array, size = 7) {
  const bytes = Buffer.from(content);
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const all: Entry[] = [];
  for await (const entry of entriesOf(pieces())) all.push(entry);
  return all;
}

/** The lines that are named, and the records that are read. */
async function summary(content: string | Uint8Array) {
  const all = await entries(content, 4096);
  return {
    lines: all.flatMap((entry) => ('problem' in entry ? [entry.line] : [])),
    ids: all.flatMap((entry) => ('record' in entry ? [entry.record.id] : [])),
  };
}

const RECORDS = fc.sample(records(4), { numRuns: 6, seed: 3 });
const [a = RECORDS[0], b = a, c = a] = RECORDS;
if (a === undefined || b === undefined || c === undefined) throw new Error('no records');
const ndjson = (...some: (typeof a | string)[]) =>
  some.map((one) => (typeof one === 'string' ? `${one}\n` : lineOf('ndjson', one))).join('');
const plain = { ...a, note: 'plain' };
const twoLines = { ...b, note: 'one\r\ntwo' };
const csv = (...some: (typeof a | string)[]) =>
  headOf('csv') + some.map((one) => (typeof one === 'string' ? `${one}\r\n` : lineOf('csv', one))).join('');
const cells = (record: typeof a) => lineOf('csv', record).slice(0, -2);

describe('the lines of a file', () => {
  it('are read whatever pieces they come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(records(4), { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('ndjson' as const, 'csv' as const),
        async (some, size, format) => {
          const file = headOf(format) + some.map((record) => lineOf(format, record)).join('');
          const found = await entries(file, size);
          expect(found.map((entry) => ('record' in entry ? entry.record : entry))).toEqual(some);
        },
      ),
    );
  });

  it('of NDJSON that are malformed are named, and nothing else is lost', async () => {
    const file = ndjson(a, '{"id":', '', b, '[]', `"${'x'.repeat(70_000)}"`, c).slice(0, -1);
    expect(await summary(file)).toEqual({ lines: [2, 5, 6], ids: [a.id, b.id, c.id] });
    const bytes = Buffer.concat([Buffer.from(ndjson(a)), Buffer.from([0xff, 10]), Buffer.from(ndjson(b))]);
    expect(await summary(bytes)).toEqual({ lines: [2], ids: [a.id, b.id] });
  });

  it('begin with a mark of their order of bytes, or have other ends, as editors leave them', async () => {
    expect(await summary(`\uFEFF${csv(plain)}`)).toEqual({ lines: [], ids: [a.id] });
    expect(await summary(csv(plain).replaceAll('\r\n', '\n'))).toEqual({ lines: [], ids: [a.id] });
    expect(await summary(`\uFEFF${ndjson(a)}`.replaceAll('\n', '\r\n'))).toEqual({ lines: [], ids: [a.id] });
  });

  it('of CSV have columns in any order, and what may be absent may have none', async () => {
    const { id, clientIp, protocol, requestId } = plain;
    const [entry] = await entries(`requestId,protocol,clientIp,id\n${requestId},${protocol},${clientIp},${id}\n`);
    expect(entry).toEqual({ line: 2, record: expect.objectContaining({ id, clientIp, protocol, requestId }) });
  });

  it('of CSV are counted as an editor counts them', async () => {
    expect(await summary(csv(twoLines, 'nonsense', plain))).toEqual({ lines: [4], ids: [b.id, a.id] });
  });

  it.each([
    ['a quote within a cell', cells(plain).replace(/,/, ',a"b')],
    ['a quote that is not closed', cells(plain).replace(/,plain,/, ',"plain,')],
    ['something behind a quote', `"x"y${cells(plain)}`],
    ['too many cells', `${cells(plain)},`],
    ['too few', 'x'],
    [
      'a value that is none',
      cells(plain)
        .replace(/[^,]+$/, '')
        .replace(plain.id, 'no-id'),
    ],
  ])('of CSV that are malformed take nothing else with them: %s', async (_, bad) => {
    for (const file of [csv(c, bad, plain, twoLines), csv(bad, twoLines, plain, c), csv(twoLines, c, plain, bad)]) {
      const { lines, ids } = await summary(file);
      expect(lines.length).toBe(1);
      expect(ids.toSorted()).toEqual([a.id, b.id, c.id].toSorted());
    }
  });

  it('of CSV lose nothing where many quotes are not closed', async () => {
    const open = '"never closed';
    const rows = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? open : cells(plain)));
    const { lines, ids } = await summary(csv(...rows));
    expect([lines.length, ids.length]).toEqual([10, 20]);
  });

  it('of CSV never take for a record what stands in the note of another', async () => {
    const forged = { ...b, note: `x\r\n${cells(plain)}\r\ny`, protocol: 'http' };
    expect(await summary(csv(forged))).toEqual({ lines: [], ids: [b.id] });
    // Not even when that one is refused for what else it says.
    expect((await summary(csv(cells(forged).replace(b.id, 'no-id')))).ids).toEqual([]);
  });
});
