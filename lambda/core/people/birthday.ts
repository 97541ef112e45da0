/** Birthdays, in calendar days. Dates are ISO 8601 (`1990-05-17`) and belong to no time zone. */
import { UTCDateMini } from '@date-fns/utc/date/mini';
// One by one: to load all of date-fns takes half a second where this is not bundled.
import { addYears } from 'date-fns/addYears';
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { getYear } from 'date-fns/getYear';
import { isBefore } from 'date-fns/isBefore';

/**
 * Every calculation is done in UTC, whose days all have 24 hours. (The package's whole class makes formatters as it is
 * loaded, which would take 10 ms of each cold start.)
 */
const calendar = { in: (date: Date | number | string) => new UTCDateMini(+new Date(date)) };

/** Whether `text` is a date of the calendar, written as ISO 8601 writes it with four digits for the year. */
export function isDate(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
  );
}

/** Whether `name` is a time zone of the IANA database that the runtime knows. */
export function isTimeZone(name: string): boolean {
  // The runtime takes offsets such as +02:00 too, which are no names.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The date on which an instant falls in a time zone.
 *
 * @param instant milliseconds since the Unix epoch
 */
export function dateIn(timeZone: string, instant: number): string {
  // Canada's English writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(instant);
}

/**
 * The days from `today` to the next birthday: 0 on the day itself, at most 366. Who was born on 29 February celebrates
 * on 28 February in common years.
 *
 * @param dateOfBirth a date not after `today`
 */
export function daysToBirthday(dateOfBirth: string, today: string): number {
  const born = calendar.in(dateOfBirth);
  const now = calendar.in(today);
  const age = getYear(now, calendar) - getYear(born, calendar);
  const thisYear = addYears(born, age, calendar);
  const next = isBefore(thisYear, now) ? addYears(born, age + 1, calendar) : thisYear;
  return differenceInCalendarDays(next, now, calendar);
}
