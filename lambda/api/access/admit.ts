import { CHECK_PRINCIPAL } from '../../core/access/deployment-check.ts';
import { fitsAny, type NamedPrincipal, type Principal, type Scope } from '../../core/access/principal.ts';
import { requireOwnPage } from '../http/cross-site.ts';
import { HttpError } from '../http/errors.ts';
import type { HttpRequest } from '../http/request.ts';
import { readCookie, SESSION_COOKIE } from './cookies.ts';
import { readCredential } from './credentials.ts';
import { findKey, type Gate } from './gate.ts';

const HOW_TO_GET_IN =
  'Send a key as Authorization: Bearer rc_..., or as the password of HTTP Basic, or sign in at /sign-in; whoever runs this can make one with npm run keys.';

/** A JSON Web Token (RFC 7519): three parts, of which an unsigned one leaves the last empty. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Who a request comes from, and whether a browser said so that somebody signed in with. */
export interface Admission {
  readonly principal: NamedPrincipal;
  readonly bySession: boolean;
}

/**
 * The principal that a request comes from.
 *
 * @param key one that stands in the path
 * @throws HttpError 401 that says how to get in; 403 for what a session may not be used for
 */
export async function authenticate(request: HttpRequest, gate: Gate, key?: string): Promise<Admission> {
  if (request.isDeploymentCheck) return { principal: CHECK_PRINCIPAL, bySession: false };
  if (key !== undefined) return { principal: await identify(request, gate, key), bySession: false };
  // Whoever says who they are in so many words is asked for no cookie, which the browser may have added.
  if (request.headers.has('authorization')) return { principal: await identify(request, gate), bySession: false };
  const cookie = readCookie(request, SESSION_COOKIE);
  const principal = cookie && (await (await import('./on-demand.ts')).principalOfSession(cookie, gate));
  if (!principal) throw unauthorized('This asks who you are.', request);
  requireOwnPage(request);
  return { principal, bySession: true };
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

async function identify(request: HttpRequest, gate: Gate, key?: string): Promise<NamedPrincipal> {
  const credential = key ?? readCredential(request.headers.get('authorization'));
  if (credential === undefined) throw unauthorized('This asks who you are.', request);
  if (gate.oidc !== undefined && TOKEN.test(credential)) {
    const { principalOfToken } = await import('./on-demand.ts');
    const principal = await principalOfToken(credential, gate);
    if (typeof principal === 'string') throw unauthorized(principal, request);
    return principal;
  }
  const found = await findKey(credential, gate);
  if (typeof found === 'string') throw unauthorized(found, request);
  return found.principal;
}

/**
 * Programs take the first scheme that they know. Browsers would ask for a password: they are left to the page for signing
 * in. Which one it is, browsers say to HTTPS and to their own machine.
 */
function unauthorized(reason: string, { headers }: HttpRequest): HttpError {
  const basic = headers.has('sec-fetch-site') ? '' : ', Basic realm="rollcall", charset="UTF-8"';
  return new HttpError(401, `${reason} ${HOW_TO_GET_IN}`, {
    headers: { 'www-authenticate': `Bearer realm="rollcall"${basic}` },
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
