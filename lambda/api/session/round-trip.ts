/**
 * The way of a person to the identity provider and back (OpenID Connect Core 1.0, section 3.2; OAuth 2.0 Form Post Response
 * Mode): the browser brings the token, so that nothing here has to call out, and there is no secret of a client.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { NamedPrincipal } from '../../core/access/principal.ts';
import type { ProviderConfig } from '../../core/access/provider-config.ts';
import { visible } from '../../core/text/visible-text.ts';
import { readCookie, STATE_COOKIE, setCookie } from '../access/cookies.ts';
import type { Gate } from '../access/gate.ts';
import { principalOfToken } from '../access/provider.ts';
import { originOf } from '../http/own-address.ts';
import { ownPath } from '../http/own-path.ts';
import type { HttpRequest } from '../http/request.ts';
import { type HttpResponse, respondEmpty } from '../http/response.ts';
import type { ProviderAnswer } from './sign-in-fields.ts';

/** How long somebody may take at the provider, in seconds. */
const ROUND_TRIP_SECONDS = 600;
const NOT_BEGUN = 'This was not begun in this browser, or more than ten minutes ago. Try again.';

/**
 * Sends a person to the provider. The browser keeps what the answer must match, in a cookie that comes back with a form of
 * another site, and so is one of `SameSite=None`.
 */
export function setOut(
  request: HttpRequest,
  endpoint: string,
  { clientId, allow }: ProviderConfig,
  next: string,
): HttpResponse {
  const [state, nonce] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('base64url'));
  const to = new URL(endpoint);
  const parameters = {
    response_type: 'id_token',
    response_mode: 'form_post',
    client_id: clientId,
    redirect_uri: `${originOf(request)}/sign-in`,
    // No more of people than the rules ask for.
    scope: Object.keys(allow).some((claim) => claim.startsWith('email')) ? 'openid email' : 'openid',
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value ?? '');
  const kept = `${state}.${nonce}.${Buffer.from(next).toString('base64url')}`;
  return respondEmpty(303, { location: to.href, ...setCookie(STATE_COOKIE, kept, ROUND_TRIP_SECONDS, 'None') });
}

/** Who has come back, and where they wanted to go; or what is wrong. */
export async function comeBack(
  request: HttpRequest,
  { id_token: token, state = '', error }: ProviderAnswer,
  gate: Gate,
): Promise<{ readonly next: string; readonly came: NamedPrincipal | string }> {
  const [sent, nonce = '', path = ''] = readCookie(request, STATE_COOKIE)?.split('.') ?? [];
  const next = ownPath(Buffer.from(path, 'base64url').toString());
  if (!isSame(sent, state)) return { next, came: NOT_BEGUN };
  if (token === undefined) {
    return {
      next,
      came: `The identity provider lets nobody in: ${visible(error ?? 'it does not say why').slice(0, 100)}.`,
    };
  }
  return { next, came: await principalOfToken(token, gate, nonce) };
}

function isSame(sent: string | undefined, state: string): boolean {
  const [a, b] = [Buffer.from(sent ?? ''), Buffer.from(state)];
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}
