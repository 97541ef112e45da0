/** What people are greeted with. Each message says what is allowed. */
import * as v from 'valibot';
import { isDate, isTimeZone } from '../../core/people/birthday.ts';
import { Username } from './username.ts';

const ZONE_ALLOWED = 'a time zone of the IANA database, such as Europe/Madrid';
export const DATE_ALLOWED = 'a date of the calendar before today, such as 1990-05-17';

export const GreetingFields = v.object({
  tz: v.optional(v.pipe(v.string(ZONE_ALLOWED), v.check(isTimeZone, ZONE_ALLOWED)), 'UTC'),
});

const DateOfBirth = v.pipe(v.string(DATE_ALLOWED), v.metadata({ format: 'date' }), v.check(isDate, DATE_ALLOWED));

export const BirthdayFields = v.object({ dateOfBirth: DateOfBirth });

/** What the form has in which people say who they are. */
export const MeetingFields = v.object({ username: Username });
/** The same, with when they were born. */
export const PersonFields = v.object({ username: Username, dateOfBirth: DateOfBirth });
