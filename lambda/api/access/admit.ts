import { CHECK_PRINCIPAL } from '../../core/access/deployment-check.ts';
import { hasSecret, parseKey } from '../../core/access/key.ts';
import type { KeyRing } from '../../core/access/key-ring.ts';
import { fitsAny, type NamedPrincipal, type Principal, type Scope } from '../../core/access/principal.ts';
import { HttpError } from '../http/errors.ts';
import type { HttpRequest } from '../http/request.ts';
import { readCredential } from './credentials.ts';

const HOW_TO_GET_IN =
  'Send a key as Authorization: Bearer rc_..., or as the password of HTTP Basic; whoever runs this can make one with npm run keys.';

/** What lets requests in, where callers need a name. */
export interface Gate {
  readonly keyRing: KeyRing;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/**
 * The principal that a request comes from.
 *
 * @throws HttpError 401 that says how to get in
 */
export async function authenticate(request: HttpRequest, gate: Gate): Promise<NamedPrincipal> {
  return request.isDeploymentCheck ? CHECK_PRINCIPAL : identify(request, gate);
}

/**
 * Checks that somebody may do what needs the scope.
 *
 * @throws HttpError 403 that names the scope
 */
export function requireScope({ name, scopes }: NamedPrincipal, scope: Scope): void {
  if (scopes.includes(scope)) return;
  const has = scopes.join(', ') || 'none';
  throw new HttpError(403, `This needs the scope ${scope}; ${JSON.stringify(name)} has ${has}.`, {
    headers: { 'www-authenticate': `Bearer realm="rollcall", error="insufficient_scope", scope="${scope}"` },
  });
}

async function identify({ headers }: HttpRequest, { keyRing, now }: Gate): Promise<NamedPrincipal> {
  const credential = readCredential(headers.get('authorization'));
  if (credential === undefined) throw unauthorized('This asks who you are.');
  const shown = parseKey(credential);
  if (shown === undefined) throw unauthorized('This is no key: something in it is mistyped or missing.');
  const key = await keyRing.find(shown.id);
  // Of a key that is not known as well: the comparison takes as long. The look-up for it may not, but ids are no secret.
  if (!hasSecret(shown, key?.hash) || key === undefined) throw unauthorized('This key is not known.');
  const { name, scopes, sources, revokedAt, expiresAt = Number.POSITIVE_INFINITY } = key;
  // Only whoever has the key learns more.
  if (revokedAt !== undefined) throw unauthorized(`The key of ${JSON.stringify(name)} was revoked.`);
  if (now() >= expiresAt * 1000) throw unauthorized(`The key of ${JSON.stringify(name)} has expired.`);
  return { kind: 'named', name, scopes, sources };
}

/** Programs take the first scheme that they know, and browsers ask for a password. */
function unauthorized(reason: string): HttpError {
  return new HttpError(401, `${reason} ${HOW_TO_GET_IN}`, {
    headers: { 'www-authenticate': 'Bearer realm="rollcall", Basic realm="rollcall", charset="UTF-8"' },
  });
}

/**
 * Checks that somebody may speak for a source.
 *
 * @throws HttpError 403 that names the source and those that are allowed
 */
export function requireSource(principal: Principal, source: string | undefined): void {
  if (principal.kind === 'anonymous' || principal.sources === undefined) return;
  const { name, sources } = principal;
  if (source !== undefined && fitsAny(source, sources)) return;
  const came = source === undefined ? 'record without a source' : `speak for the source ${JSON.stringify(source)}`;
  throw new HttpError(403, `${JSON.stringify(name)} may not ${came}; it may speak for ${sources.join(', ')}.`);
}
