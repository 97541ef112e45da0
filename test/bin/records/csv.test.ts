import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine, readCsvRow, unguarded } from '../../../bin/records/csv.ts';

/** Texts with much of what means something in CSV or to spreadsheets. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom("'", '"', ',', ';', '|', '\t', '\r', '\n', '=', '+', '@', '-', ' ', '\u00A0', '\uFF1D', 'a'),
    maxLength: 12,
  }),
);

describe('CSV', () => {
  it('comes back as it was, with apostrophes that were there and without those that were put there', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const row = readCsvRow(csvLine(texts).slice(0, -2));
        expect(row).toEqual({ kind: 'row', cells: expect.anything() });
        expect(row.kind === 'row' && row.cells.map(unguarded)).toEqual(texts);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a,b', ['a', 'b']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b",""', ['a,b', '']],
    ['"a""b\r\nc",d', ['a"b\r\nc', 'd']],
  ])('is read by RFC 4180: %j', (line, cells) => {
    expect(readCsvRow(line)).toEqual({ kind: 'row', cells });
  });

  it.each([
    ['a"b', 'malformed'],
    ['"a"b', 'malformed'],
    ['a,"b', 'unfinished'],
    ['"', 'unfinished'],
    ['"a""', 'unfinished'],
  ])('has quotes that are wrong: %j is %s', (line, kind) => {
    expect(readCsvRow(line).kind).toBe(kind);
  });
});
