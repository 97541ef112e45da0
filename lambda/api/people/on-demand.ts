/** What the endpoints of people do. It is loaded when one of them is asked for: it knows the calendar. */
import { dateIn, daysToBirthday } from '../../core/people/birthday.ts';
import type { Deps } from '../deps.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, readForm, readJson, readQuery, refuseQuery } from '../http/input.ts';
import { negotiate, preferredType } from '../http/negotiation.ts';
import { originOf } from '../http/own-address.ts';
import type { HttpRequest } from '../http/request.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { BirthdayFields, DATE_ALLOWED, GreetingFields, MeetingFields, PersonFields } from './fields.ts';
import { type Birthday, greetingPage, strangerPage } from './greeting-page.ts';
import { readUsername } from './username.ts';

const TYPES = ['application/json', 'text/html', 'text/plain'] as const;

export async function greet({ request, deps, params }: EndpointContext): Promise<HttpResponse> {
  const type = negotiate(request, TYPES);
  const username = readUsername(params);
  const { tz } = readQuery(request, GreetingFields, type === 'text/html' ? 'ignored' : 'refused');
  const known = await know(deps, username, tz);
  if (known === undefined) {
    if (type === 'text/html') return strangerPage(username, originOf(request));
    throw new HttpError(404, 'Nobody of this name is known.');
  }
  const response =
    type === 'text/html' ? greetingPage(username, known) : respond(200, type, greetingIn(type, username, known.wish));
  return { ...response, counted: { metric: 'Greetings' } };
}

function greetingIn(type: 'application/json' | 'text/plain', username: string, wish: string): string {
  const message = `Hello, ${username}! ${wish}`;
  return type === 'text/plain' ? `${message}\n` : `${JSON.stringify({ message })}\n`;
}

/** What is known of somebody today; undefined if nothing is. */
async function know({ people, now }: Deps, username: string, tz: string): Promise<Birthday | undefined> {
  const person = await people.get(username);
  if (person === undefined) return undefined;
  const today = dateIn(tz, now());
  const days = daysToBirthday(person.dateOfBirth, today);
  return { days, today, wish: days === 0 ? 'Happy birthday!' : `Your birthday is in ${days} day(s)` };
}

export async function remember({ request, deps, params }: EndpointContext): Promise<HttpResponse> {
  const username = readUsername(params);
  await keep(deps, { username, ...readJson(request, BirthdayFields) });
  return respondEmpty(204);
}

export async function forget({ request, deps: { people }, params }: EndpointContext): Promise<HttpResponse> {
  const username = readUsername(params);
  refuseQuery(request);
  await people.delete(username);
  return respondEmpty(204);
}

/** A form cannot put what is typed into the path of an address. */
export async function meet(context: EndpointContext): Promise<HttpResponse> {
  const { request } = context;
  const inBrowser = negotiate(request, TYPES) === 'text/html';
  const { username } = readQuery(request, MeetingFields, inBrowser ? 'ignored' : 'refused');
  if (inBrowser) return respondEmpty(303, { location: `/hello/${username}` });
  return greet({ ...context, request: { ...request, query: [] }, params: { username } });
}

export async function rememberByForm({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const person = readForm(request, PersonFields);
  await keep(deps, person);
  return goOn(request, `/hello/${person.username}`);
}

export async function forgetByForm(context: EndpointContext): Promise<HttpResponse> {
  await forget(context);
  return goOn(context.request, '/');
}

/** Browsers go on, programs are done. */
function goOn(request: HttpRequest, location: string): HttpResponse {
  return preferredType(request, ['text/plain', 'text/html']) === 'text/html'
    ? respondEmpty(303, { location })
    : respondEmpty(204);
}

/** @throws HttpError 400 for a day that is not over yet */
async function keep({ people, now }: Deps, person: { readonly username: string; readonly dateOfBirth: string }) {
  const { dateOfBirth } = person;
  if (dateOfBirth >= dateIn('UTC', now())) throw invalidField('dateOfBirth', dateOfBirth, DATE_ALLOWED, 'body');
  await people.put(person);
}
