import fc from 'fast-check';
import {
  type RECORD_FIELDS,
  RECORD_STATES,
  recordOf,
  type TimestampRecord,
} from '../../lambda/core/timestamps/record.ts';
import { makeId } from '../../lambda/core/timestamps/timestamp-id.ts';

const FROM = Date.UTC(2026, 0, 1) * 1000;
const YEAR = 365 * 86_400e6;

/** Ids of a year, in so many shards. */
export function ids(shards: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.integer({ min: FROM, max: FROM + YEAR }),
      fc.integer({ min: 0, max: shards - 1 }),
      fc.uint8Array({ minLength: 7, maxLength: 7 }),
    )
    .map(([micros, shard, random]) => makeId(micros, shard, random));
}

const note = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom("'", '"', ',', '\t', '\r', '\n', '=', '\u202E', '\u2028', '{', '\\', 'é'),
      minLength: 1,
      maxLength: 20,
    }),
  )
  .filter((text) => text.isWellFormed());

/** Records of all shapes that the API can have written, each optional field there or not. */
export function records(shards: number): fc.Arbitrary<TimestampRecord> {
  const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
  const value = name.filter((one) => !/^(__proto__|prototype|constructor)$/.test(one));
  const number = fc.oneof(fc.integer(), fc.constantFrom(0, 1e125, -1e-129, 0.1, 93.5));
  const fields = fc.record(
    {
      source: name,
      note,
      clientIp: fc.constantFrom('203.0.113.7', '2001:db8::1', 'unknown'),
      protocol: fc.constantFrom('http', 'https'),
      requestId: fc.uuid(),
      recordedBy: name,
      state: fc.constantFrom(...RECORD_STATES),
      run: name,
      exit: fc.integer({ min: 0, max: 255 }),
      values: fc.dictionary(value, number, { minKeys: 1, maxKeys: 10 }),
    },
    { requiredKeys: ['clientIp', 'protocol', 'requestId'] },
  );
  return fc.tuple(ids(shards), fields).map(([id, some]) => recordOf(id, some));
}

/** The names of the fields that `records` gives: a test holds them to those that there are. */
export const GENERATED = [
  'source',
  'note',
  'clientIp',
  'protocol',
  'requestId',
  'recordedBy',
  'state',
  'run',
  'exit',
  'values',
] satisfies (keyof typeof RECORD_FIELDS)[];
