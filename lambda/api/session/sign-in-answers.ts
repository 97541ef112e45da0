/** The answers of the endpoints by which people sign in and out. */
import type { ProviderConfig } from '../../core/access/provider-config.ts';
import { jsonText } from '../../core/text/visible-text.ts';
import { readCookie, SESSION_COOKIE, setCookie } from '../access/cookies.ts';
import { findKey, type Gate } from '../access/gate.ts';
import { configOf } from '../access/provider.ts';
import { beginKeySession, beginProviderSession, principalOfSession } from '../access/sessions.ts';
import { refuseCrossSite } from '../http/cross-site.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { readForm, readQuery } from '../http/input.ts';
import { negotiate, preferredType } from '../http/negotiation.ts';
import { ownPath } from '../http/own-path.ts';
import type { HttpRequest } from '../http/request.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { visits } from '../site/visit.ts';
import { comeBack, setOut } from './round-trip.ts';
import { ProviderAnswer, SignInForm, SignInQuery } from './sign-in-fields.ts';
import { CHALLENGE, keepsSessions, NO_SESSIONS, signInPage } from './sign-in-page.ts';

/** Who is signed in, for programs; for people the page on which they sign in. */
export async function answerWho({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const gate = requireGate(deps.gate);
  const { next, with: by } = readQuery(request, SignInQuery, 'ignored');
  const name = (await principalOfSession(readCookie(request, SESSION_COOKIE), gate))?.name;
  if (negotiate(request, ['application/json', 'text/html']) === 'application/json') return answerName(name);
  Object.assign(visits.getStore() ?? {}, { name, bySession: true });
  const provider = await providerOf(gate);
  if (by === undefined || provider === undefined) return signInPage({ name, provider, next: ownPath(next), request });
  if (!keepsSessions(request)) throw new HttpError(400, NO_SESSIONS);
  return setOut(request, provider.endpoint, provider.config, ownPath(next));
}

/** The identity provider, if people can sign in there. */
async function providerOf(gate: Gate) {
  const config = configOf(gate);
  const endpoint = config && (await gate.keyRing.provider())?.authorizationEndpoint;
  return config && endpoint ? { config, endpoint, host: new URL(endpoint).host } : undefined;
}

/** The answer to a form with a key: a session, or the page again, with what was wrong. */
export async function enter({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const gate = requireGate(deps.gate);
  if (!keepsSessions(request)) throw new HttpError(400, NO_SESSIONS);
  const config = configOf(gate);
  const answer = config && readForm(request, ProviderAnswer, 'ignored');
  if (config && answer?.state !== undefined) return welcome(request, answer, gate, config);
  refuseCrossSite(request, deps.corsOrigins);
  const { key, next } = readForm(request, SignInForm);
  // Whoever copies a key takes the end of the line along.
  const found = await findKey(key.trim(), gate);
  const forPerson = wantsPage(request);
  if (typeof found === 'string') {
    if (forPerson)
      return signInPage({ problem: found, provider: await providerOf(gate), next: ownPath(next), request });
    throw new HttpError(401, found, { headers: CHALLENGE });
  }
  const cookie = beginKeySession(found, gate);
  return forPerson
    ? respondEmpty(303, { location: ownPath(next), ...cookie })
    : answerName(found.principal.name, cookie);
}

/** The answer to somebody who comes from the identity provider. */
async function welcome(
  request: HttpRequest,
  answer: ProviderAnswer,
  gate: Gate,
  config: ProviderConfig,
): Promise<HttpResponse> {
  const { next, came } = await comeBack(request, answer, gate);
  if (typeof came === 'string') return signInPage({ problem: came, provider: await providerOf(gate), next, request });
  return respondEmpty(303, { location: next, ...(await beginProviderSession(came.name, gate, config)) });
}

/** Takes the session away from the browser, whoever it names. */
export function leave({ request, deps }: EndpointContext): HttpResponse {
  requireGate(deps.gate);
  const cookie = setCookie(SESSION_COOKIE, '', 0);
  return wantsPage(request) ? respondEmpty(303, { location: '/sign-in', ...cookie }) : answerName(undefined, cookie);
}

function wantsPage(request: HttpRequest): boolean {
  return preferredType(request, ['application/json', 'text/html', 'text/plain']) === 'text/html';
}

function answerName(name: string | undefined, cookie: Readonly<Record<string, string>> = {}): HttpResponse {
  return respond(200, 'application/json', `${jsonText({ name: name ?? null })}\n`, cookie);
}

/** @throws HttpError 404 where nobody is asked for a name */
function requireGate(gate: Gate | undefined): Gate {
  if (gate !== undefined) return gate;
  throw new HttpError(404, 'Nobody needs to sign in here: this answers everybody.');
}
