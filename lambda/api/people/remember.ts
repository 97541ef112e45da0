import * as v from 'valibot';
import { dateIn, isDate } from '../../core/people/birthday.ts';
import { defineEndpoint } from '../http/endpoint.ts';
import { invalidField, readJson } from '../http/input.ts';
import type { Operation } from '../http/operation.ts';
import { respondEmpty } from '../http/response.ts';
import { readUsername, Username } from './username.ts';

const DATE_ALLOWED = 'a date of the calendar before today, such as 1990-05-17';

const BirthdayFields = v.object({
  dateOfBirth: v.pipe(v.string(DATE_ALLOWED), v.metadata({ format: 'date' }), v.check(isDate, DATE_ALLOWED)),
});

const operation: Operation = {
  tag: 'people',
  summary: 'Remember when somebody was born',
  path: { username: Username },
  body: { fields: BirthdayFields, types: ['application/json'], required: true },
  responses: {
    204: {
      description: 'It is remembered.',
      links: {
        greeting: {
          operationId: 'greetPerson',
          description: 'The greeting.',
          parameters: { username: '$request.path.username' },
        },
      },
    },
  },
  problems: [400, 413, 415, 500, 503],
};

/** `PUT /hello/{username}`: remembers when somebody was born. */
export const rememberBirthday = defineEndpoint({
  operationId: 'rememberBirthday',
  access: 'people',
  operation,
  handle: async ({ request, deps: { people, now }, params }) => {
    const username = readUsername(params);
    const { dateOfBirth } = readJson(request, BirthdayFields);
    if (dateOfBirth >= dateIn('UTC', now())) throw invalidField('dateOfBirth', dateOfBirth, DATE_ALLOWED, 'body');
    await people.put({ username, dateOfBirth });
    return respondEmpty(204);
  },
});
