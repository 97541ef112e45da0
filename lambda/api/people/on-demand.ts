/** What the endpoints of people do. It is loaded when one of them is asked for. */
import * as v from 'valibot';
import { dateIn, daysToBirthday, isDate, isTimeZone } from '../../core/people/birthday.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, readJson, readQuery, refuseQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { readUsername } from './username.ts';

const TYPES = ['application/json', 'text/html', 'text/plain'] as const;
const ZONE_ALLOWED = 'a time zone of the IANA database, such as Europe/Madrid';

export const GreetingFields = v.object({
  tz: v.optional(v.pipe(v.string(ZONE_ALLOWED), v.check(isTimeZone, ZONE_ALLOWED)), 'UTC'),
});

const DATE_ALLOWED = 'a date of the calendar before today, such as 1990-05-17';

export const BirthdayFields = v.object({
  dateOfBirth: v.pipe(v.string(DATE_ALLOWED), v.metadata({ format: 'date' }), v.check(isDate, DATE_ALLOWED)),
});

/** Greets, and counts the days to the next birthday. */
export async function greet({ request, deps: { people, now }, params }: EndpointContext): Promise<HttpResponse> {
  const type = negotiate(request, TYPES);
  const username = readUsername(params);
  const { tz } = readQuery(request, GreetingFields, type === 'text/html' ? 'ignored' : 'refused');
  const person = await people.get(username);
  if (person === undefined) throw new HttpError(404, 'Nobody of this name is known.');
  const days = daysToBirthday(person.dateOfBirth, dateIn(tz, now()));
  const wish = days === 0 ? 'Happy birthday!' : `Your birthday is in ${days} day(s)`;
  return { ...(await answer(type, username, wish)), counted: { metric: 'Greetings' } };
}

/** Remembers when somebody was born. */
export async function remember({ request, deps: { people, now }, params }: EndpointContext): Promise<HttpResponse> {
  const username = readUsername(params);
  const { dateOfBirth } = readJson(request, BirthdayFields);
  if (dateOfBirth >= dateIn('UTC', now())) throw invalidField('dateOfBirth', dateOfBirth, DATE_ALLOWED, 'body');
  await people.put({ username, dateOfBirth });
  return respondEmpty(204);
}

/** Erases what is known of somebody, if anything is. */
export async function forget({ request, deps: { people }, params }: EndpointContext): Promise<HttpResponse> {
  const username = readUsername(params);
  refuseQuery(request);
  await people.delete(username);
  return respondEmpty(204);
}

async function answer(type: (typeof TYPES)[number], username: string, wish: string): Promise<HttpResponse> {
  const message = `Hello, ${username}! ${wish}`;
  switch (type) {
    case 'application/json':
      return respond(200, type, `${JSON.stringify({ message })}\n`);
    case 'text/html':
      return (await import('./greeting-page.ts')).greetingPage(username, wish);
    case 'text/plain':
      return respond(200, type, `${message}\n`);
  }
}
