import * as v from 'valibot';
import { dateIn, daysToBirthday, isTimeZone } from '../../core/people/birthday.ts';
import { defineEndpoint } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { readQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
import { type HttpResponse, respond } from '../http/response.ts';
import { readUsername, Username } from './username.ts';

const TYPES = ['application/json', 'text/html', 'text/plain'] as const;
const ZONE_ALLOWED = 'a time zone of the IANA database, such as Europe/Madrid';

const GreetingFields = v.object({
  tz: v.optional(v.pipe(v.string(ZONE_ALLOWED), v.check(isTimeZone, ZONE_ALLOWED)), 'UTC'),
});

const operation: Operation = {
  tag: 'people',
  summary: 'Greet somebody, and count the days to the next birthday',
  path: { username: Username },
  query: GreetingFields,
  responses: {
    200: {
      description: 'The greeting.',
      content: { 'application/json': 'Greeting', 'text/html': 'Text', 'text/plain': 'Text' },
    },
  },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /hello/{username}`: greets, and counts the days to the next birthday. */
export const greetPerson = defineEndpoint({
  operationId: 'greetPerson',
  access: 'people',
  operation,
  handle: async ({ request, deps: { people, now }, params }) => {
    const type = negotiate(request, TYPES);
    const username = readUsername(params);
    const { tz } = readQuery(request, GreetingFields, type === 'text/html' ? 'ignored' : 'refused');
    const person = await people.get(username);
    if (person === undefined) throw new HttpError(404, 'Nobody of this name is known.');
    const days = daysToBirthday(person.dateOfBirth, dateIn(tz, now()));
    const wish = days === 0 ? 'Happy birthday!' : `Your birthday is in ${days} day(s)`;
    return { ...(await answer(type, username, wish)), counted: { metric: 'Greetings' } };
  },
});

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
