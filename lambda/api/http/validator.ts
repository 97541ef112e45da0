import { createHash } from 'node:crypto';
import type { HttpRequest } from './request.ts';
import type { HttpResponse } from './response.ts';

const ENTITY_TAG = /(?:W\/)?"([^"]*)"/g;

/**
 * An answer with its entity tag, or 304 for who has it already (RFC 9110, sections 8.8.3 and 13.1.2). For answers that are
 * the same for everybody: what is kept at the edge, or by a program, is asked for again without being sent again.
 *
 * The tag is of the text; what stands in front may compress it, and make the tag a weak one, which counts as the same.
 */
export function validated({ headers }: HttpRequest, response: HttpResponse): HttpResponse {
  const { 'content-type': type = '', 'cache-control': cacheControl = '' } = response.headers;
  const tag = createHash('sha256').update(`${type}\n${response.body}`).digest('base64url').slice(0, 22);
  const etag = `"${tag}"`;
  if (!isMatch(headers.get('if-none-match'), tag)) return { ...response, headers: { ...response.headers, etag } };
  return { status: 304, headers: { 'cache-control': cacheControl, etag }, body: '' };
}

function isMatch(known: string | undefined, tag: string): boolean {
  if (known === undefined) return false;
  if (known.trim() === '*') return true;
  return [...known.matchAll(ENTITY_TAG)].some(([, opaque]) => opaque === tag);
}

/** What the contract says of such answers. Each is a value by itself, so that the bundle can leave it out. */
export const ETAG_DOC = {
  etag: { type: 'string', pattern: '^"[\\w-]+"$', description: 'The entity tag of this answer (RFC 9110).' },
};
export const IF_NONE_MATCH_DOC = {
  'If-None-Match': { type: 'string', description: 'Entity tags of what the client has already; `*` for any.' },
};
export const NOT_MODIFIED_DOC = { description: 'The client has it already.', headers: ETAG_DOC };
