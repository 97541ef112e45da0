import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCron, nextOfCron } from '../../../lambda/core/cron/cron.ts';
import { repeated } from '../../support/effort.ts';
import { isNamed, runsOf } from './slow-cron.ts';

function times(expression: string, zone: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let ms = Date.parse(from); found.length < count; ) {
    ms = nextOfCron(expression, zone, ms);
    found.push(new Date(ms).toISOString().slice(0, 16));
  }
  return found;
}

describe('isCron', () => {
  it.each([
    '0 0 30 2 *',
    '0 0 31 2,4,6,9,11 *',
    '* * * * * *',
    '* * * *',
    '',
    '@reboot',
    '0 0 L * *',
    '0 0 * * 5#2',
    '0 0 15W * *',
    '? * * * *',
    '5/15 * * * *',
    '*/0 * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * foo *',
    '0 0 mon * *',
    '0 0 * * 8',
    '5-1 * * * *',
    '-1 * * * *',
    '1,,2 * * * *',
  ])('refuses %s', (expression) => {
    expect(isCron(expression)).toBe(false);
    expect(() => nextOfCron(expression, 'UTC', 0)).toThrow(RangeError);
  });

  it.each([
    '@daily',
    '@Hourly',
    '0 0 29 2 *',
    '1-5/2,7 * * * *',
    '0 0 * jan-mar MON-fri',
    '0 0 * * 7',
    ' 0\t0  * * 5-7 ',
  ])('takes %s', (expression) => {
    expect(isCron(expression)).toBe(true);
  });
});

describe('nextOfCron', () => {
  it('comes strictly after an instant, to the millisecond', () => {
    const noon = Date.parse('2026-06-01T12:00Z');
    expect(nextOfCron('0 12 * * *', 'UTC', noon - 1)).toBe(noon);
    expect(nextOfCron('0 12 * * *', 'UTC', noon - 0.5)).toBe(noon);
    expect(nextOfCron('0 12 * * *', 'UTC', noon)).toBe(noon + 86_400_000);
    expect(nextOfCron('0 12 * * *', 'UTC', noon + 1)).toBe(noon + 86_400_000);
  });

  it('takes days of the month or of the week, unless one of them begins with a star', () => {
    expect(times('0 0 13 * 5', 'UTC', '2026-02-01T00:00Z', 3)).toEqual([
      '2026-02-06T00:00',
      '2026-02-13T00:00',
      '2026-02-20T00:00',
    ]);
    // Debian's cron: on Sundays with an odd date.
    expect(times('0 0 */2 * 0', 'UTC', '2026-02-02T00:00Z', 2)).toEqual(['2026-02-15T00:00', '2026-03-01T00:00']);
  });

  it('waits for years for 29 February', () => {
    expect(times('0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', 2)).toEqual(['2028-02-29T00:00', '2032-02-29T00:00']);
  });

  it.each([
    ['30 2 * * *', 'Europe/Madrid', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['0,30 2 * * *', 'Europe/Madrid', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:00']],
    ['*/15 2 * * *', 'Europe/Madrid', '2026-03-28T12:00Z', ['2026-03-30T00:00', '2026-03-30T00:15']],
    ['30 2 * * *', 'America/New_York', '2026-03-08T00:00Z', ['2026-03-08T07:00', '2026-03-09T06:30']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', ['2026-10-03T15:30', '2026-10-04T15:15']],
  ])('%s in %s runs once after the gap, if at all', (expression, zone, from, expected) => {
    expect(times(expression, zone, from, 2)).toEqual(expected);
  });

  it.each([
    ['30 2 * * *', 'Europe/Madrid', '2026-10-24T12:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['30 1 * * *', 'America/New_York', '2026-11-01T00:00Z', ['2026-11-01T05:30', '2026-11-02T06:30']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00Z', ['2026-04-04T14:45', '2026-04-05T15:15']],
    ['30 * * * *', 'Europe/Madrid', '2026-10-25T00:00Z', ['2026-10-25T00:30', '2026-10-25T01:30']],
    ['*/30 2 * * *', 'Europe/Madrid', '2026-10-25T00:15Z', ['2026-10-25T00:30', '2026-10-25T01:00']],
  ])('%s in %s runs once in the doubled hour, and twice by intervals', (expression, zone, from, expected) => {
    expect(times(expression, zone, from, 2)).toEqual(expected);
  });
});

const MINUTES = fc.constantFrom('*', '*/15', '*/7', '0', '30', '45', '0,30', '10-40', '0-59/20', '59');
const HOURS = fc.constantFrom('*', '*/2', '0', '1', '2', '3', '1-3', '0,2', '2,14', '0-23/3', '23');
const DAYS = fc.constantFrom('*', '*', '*', '1-15', '*/2', '29,4');
const WEEKDAYS = fc.constantFrom('*', '*', '*', '0', '1-5');
/** A day before the clocks change, in the years of the tests. */
const CHANGES = fc.constantFrom(
  ['Europe/Madrid', '2026-03-28T00:00Z'],
  ['Europe/Madrid', '2026-10-24T00:00Z'],
  ['America/New_York', '2026-03-07T05:00Z'],
  ['America/New_York', '2026-10-31T04:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T13:00Z'],
  ['Australia/Lord_Howe', '2026-10-02T13:30Z'],
  ['America/St_Johns', '2027-03-13T04:00Z'],
  ['Africa/Casablanca', '2027-02-06T00:00Z'],
  ['Asia/Kathmandu', '2026-12-31T00:00Z'],
  ['UTC', '2026-12-31T00:00Z'],
);

describe('nextOfCron, compared with a cron that looks at its clock each minute', () => {
  it('names the same instants in the three days around a change', () => {
    const cases = fc.tuple(MINUTES, HOURS, DAYS, WEEKDAYS, CHANGES, fc.integer({ min: 0, max: 3_600_000 }));
    fc.assert(
      fc.property(cases, ([minute, hour, day, weekday, [zone = '', from = ''], offset]) => {
        const expression = `${minute} ${hour} ${day} * ${weekday}`;
        const start = Date.parse(from);
        const expected = runsOf(expression, zone, start, start + 3 * 86_400_000).filter((ms) => ms > start + offset);
        let ms = start + offset;
        for (const run of expected) {
          ms = nextOfCron(expression, zone, ms);
          expect(new Date(ms).toISOString()).toBe(new Date(run).toISOString());
        }
        expect(nextOfCron(expression, zone, ms)).toBeGreaterThanOrEqual(start + 3 * 86_400_000);
      }),
      { numRuns: repeated(300) },
    );
  });

  it('is compared with something that knows what it names', () => {
    expect(isNamed('0-59/20 2,14 * * 1-5', new Date('2026-06-01T14:40Z'))).toBe(true);
    expect(isNamed('0-59/20 2,14 * * 1-5', new Date('2026-06-01T14:41Z'))).toBe(false);
    expect(isNamed('0 0 13 * 5', new Date('2026-02-06T00:00Z'))).toBe(true);
    expect(isNamed('0 0 */2 * 0', new Date('2026-02-08T00:00Z'))).toBe(false);
  });
});
