import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvRow } from '../../../bin/records/csv.ts';
import { headOf, lineOf, MalformedRecordError, recordOfCells, recordOfJson } from '../../../bin/records/record-text.ts';
import { jsonText } from '../../../lambda/core/text/visible-text.ts';
import { RECORD_COLUMNS, recordOf } from '../../../lambda/core/timestamps/record.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { GENERATED, records } from '../../support/records.ts';

const ID = makeId(1_790_000_000_000_000, 3, new Uint8Array(7));
const RECORD = recordOf(ID, { clientIp: 'unknown', protocol: 'https', requestId: 'r' });
const json = (changes: object) => JSON.stringify({ ...RECORD, ...changes });

describe('a record as text', () => {
  it('is tried with each field that there is', () => {
    expect(['id', 'timestamp', ...GENERATED]).toEqual(RECORD_COLUMNS);
  });

  it('comes back as it was, from NDJSON and from CSV', () => {
    fc.assert(
      fc.property(records(256), (record) => {
        expect(recordOfJson(lineOf('ndjson', record))).toEqual(record);
        const row = readCsvRow(lineOf('csv', record).slice(0, -2));
        expect(row.kind === 'row' && recordOfCells(RECORD_COLUMNS, row.cells)).toEqual(record);
      }),
      { numRuns: 500 },
    );
  });

  it('is the line of NDJSON that the API answers with', () => {
    fc.assert(
      fc.property(records(4), (record) => {
        const answered = `${jsonText(record)}\n`;
        expect(recordOfJson(answered)).toEqual(record);
        expect(JSON.parse(lineOf('ndjson', record))).toEqual(JSON.parse(answered));
      }),
    );
  });

  it('has all fields of a record in the first line of CSV', () => {
    expect(headOf('csv')).toBe(`${RECORD_COLUMNS.join(',')}\r\n`);
    expect(headOf('ndjson')).toBe('');
  });

  it.each([
    ['{', 'it is no JSON'],
    ['[]', 'id is missing'],
    ['3', 'it is no object'],
    ['{}', 'id is missing'],
    [json({ id: ID.toUpperCase() }), 'it must be the id of a timestamp'],
    [
      json({ timestamp: '2026-01-01T00:00:00.000000Z' }),
      'its timestamp is "2026-01-01T00:00:00.000000Z", and its id carries',
    ],
    [json({ source: 'a#1' }), 'source is "a#1"; it must be 1 to 64 of'],
    [json({ note: 'x'.repeat(1025) }), 'note is "xxxx'],
    [json({ note: 5 }), 'note is 5; it must be at most 1,024 bytes'],
    [`{"id":"${ID}","clientIp":"unknown","protocol":"http","requestId":"r","note":"\\ud800"}`, 'well-formed'],
    [json({ requestId: undefined }), 'requestId is missing'],
    [json({ owner: 'me' }), 'no record has a field "owner"'],
  ])('is refused, with what is wrong: %s', (line, problem) => {
    expect(() => recordOfJson(line)).toThrow(MalformedRecordError);
    expect(() => recordOfJson(line)).toThrow(problem);
  });
});
