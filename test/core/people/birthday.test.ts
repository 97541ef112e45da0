import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateIn, daysToBirthday, isDate, isTimeZone } from '../../../lambda/core/people/birthday.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(1900, 0, 1);
const DAYS = (Date.UTC(2201, 0, 1) - FIRST) / DAY_MS;
const iso = (instant: number) => new Date(instant).toISOString().slice(0, 10);
/** Every day of 1900 to 2200, in order: what the oracle counts on. */
const days = Array.from({ length: DAYS }, (_, index) => iso(FIRST + index * DAY_MS));
const known = new Set(days);

/** Whether somebody born on a date celebrates on another one. */
function celebrates(dateOfBirth: string, day: string): boolean {
  if (dateOfBirth.slice(5) === day.slice(5)) return true;
  const hasLeapDay = known.has(`${day.slice(0, 4)}-02-29`);
  return dateOfBirth.endsWith('-02-29') && day.endsWith('-02-28') && !hasLeapDay;
}

/** Counts day by day. */
function countDays(dateOfBirth: string, todayIndex: number): number {
  let count = 0;
  while (!celebrates(dateOfBirth, days[todayIndex + count] ?? '')) count += 1;
  return count;
}

describe('the days to a birthday', () => {
  // A leap day can be eight years away from the next one, around 2100.
  const pairs = fc
    .tuple(fc.nat(DAYS - 3000), fc.nat(DAYS - 3000))
    .map(([a, b]) => ({ born: days[Math.min(a, b)] ?? '', todayIndex: Math.max(a, b) }));

  it('are those that one counts day by day', () => {
    fc.assert(
      fc.property(pairs, ({ born, todayIndex }) => {
        expect(daysToBirthday(born, days[todayIndex] ?? '')).toBe(countDays(born, todayIndex));
      }),
      { numRuns: 20_000 },
    );
  });

  it('are those that one counts day by day, for every day of four years and around 2000 and 2100', () => {
    for (const born of ['1996-02-29', '1990-02-28', '1990-03-01', '1990-12-31', '1990-01-01']) {
      for (const [from, to] of [
        ['2023-01-01', '2027-01-01'],
        ['1999-12-01', '2001-03-05'],
        ['2099-12-01', '2101-03-05'],
      ]) {
        for (let index = days.indexOf(from ?? ''); index < days.indexOf(to ?? ''); index++) {
          expect(daysToBirthday(born, days[index] ?? '')).toBe(countDays(born, index));
        }
      }
    }
  });

  it.each([
    ['1990-05-17', '2026-05-12', 5],
    ['1990-05-17', '2026-05-17', 0],
    ['1990-05-17', '2026-05-18', 364],
    ['1990-01-01', '2026-12-31', 1],
    ['1996-02-29', '2027-02-28', 0],
    ['1996-02-29', '2027-03-01', 365],
    ['1996-02-29', '2028-02-28', 1],
    ['1996-02-29', '2028-02-29', 0],
  ])('of somebody born on %s are, on %s, %i', (born, today, count) => {
    expect(daysToBirthday(born, today)).toBe(count);
  });
});

describe('a date', () => {
  it.each(['2024-02-29', '2000-02-29', '1900-12-31', '0001-01-01'])('is %s', (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '1990-5-17',
    '19900517',
    '1990-05-17T00:00:00Z',
    '',
    '1990-05-17 ',
    '+001990-05-17',
  ])('is not %j', (text) => {
    expect(isDate(text)).toBe(false);
  });

  it('is every day of 1900 to 2200, and no other', () => {
    const numbers = fc.record({
      year: fc.integer({ min: 1900, max: 2200 }),
      month: fc.integer({ min: 0, max: 13 }),
      day: fc.integer({ min: 0, max: 32 }),
    });
    const two = (value: number) => String(value).padStart(2, '0');
    fc.assert(
      fc.property(numbers, ({ year, month, day }) => {
        const text = `${year}-${two(month)}-${two(day)}`;
        expect(isDate(text)).toBe(known.has(text));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('the date in a time zone', () => {
  const zones = Intl.supportedValuesOf('timeZone');

  /** The date by the parts of the local time, in place of a written date. */
  function dateByParts(timeZone: string, instant: number): string {
    const format = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return `${parts.year}-${parts.month}-${parts.day}`;
  }

  it('is right in every zone, at any time', () => {
    for (const zone of zones) {
      fc.assert(
        fc.property(fc.integer({ min: FIRST, max: Date.UTC(2200, 11, 31) }), (instant) => {
          expect(dateIn(zone, instant)).toBe(dateByParts(zone, instant));
        }),
        { numRuns: 5 },
      );
    }
  });

  it('changes at local midnight, on days on which the clocks change too', () => {
    // Clocks go forward on 29 March 2026 and back on 25 October 2026; midnight is 23:00 and 22:00 UTC.
    expect(dateIn('Europe/Madrid', Date.UTC(2026, 2, 28, 22, 59))).toBe('2026-03-28');
    expect(dateIn('Europe/Madrid', Date.UTC(2026, 2, 28, 23, 0))).toBe('2026-03-29');
    expect(dateIn('Europe/Madrid', Date.UTC(2026, 2, 29, 21, 59))).toBe('2026-03-29');
    expect(dateIn('Europe/Madrid', Date.UTC(2026, 2, 29, 22, 0))).toBe('2026-03-30');
    expect(dateIn('Europe/Madrid', Date.UTC(2026, 9, 25, 22, 59))).toBe('2026-10-25');
    expect(dateIn('Europe/Madrid', Date.UTC(2026, 9, 25, 23, 0))).toBe('2026-10-26');
  });

  it('leaves out the day that Samoa left out', () => {
    expect(dateIn('Pacific/Apia', Date.UTC(2011, 11, 30, 9, 59))).toBe('2011-12-29');
    expect(dateIn('Pacific/Apia', Date.UTC(2011, 11, 30, 10, 0))).toBe('2011-12-31');
  });

  it.each(['UTC', 'Europe/Madrid', 'America/Argentina/Buenos_Aires'])('knows %s', (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  it.each(['', 'Madrid', 'Europe/Nowhere', '+02:00', 'Europe/Madrid ', '../etc'])('does not know %j', (zone) => {
    expect(isTimeZone(zone)).toBe(false);
  });
});
