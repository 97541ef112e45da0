import Negotiator from 'negotiator';
import { HttpError } from './errors.ts';
import type { HttpRequest } from './request.ts';

/** The media type of `offered` that the client likes best (RFC 9110, section 12.5.1); the first one if it does not say. */
export function preferredType<T extends string>(request: HttpRequest, offered: readonly T[]): T | undefined {
  // Parameters such as charset=utf-8, which plain clients send, say nothing here: only q does.
  const accept = request.headers.get('accept')?.replaceAll(/;\s*(?!q=)[\w-]+=("[^"]*"|[^;,"]*)/gi, '');
  const best = new Negotiator({ headers: accept === undefined ? {} : { accept } }).mediaType([...offered]);
  return offered.find((type) => type === best);
}

/**
 * The same, for answers that must be of an offered type.
 *
 * @throws HttpError 406 that names the types on offer
 */
export function negotiate<T extends string>(request: HttpRequest, offered: readonly T[]): T {
  const type = preferredType(request, offered);
  if (type === undefined)
    throw new HttpError(406, `This address answers with ${offered.join(', ')}; accept one of them.`);
  return type;
}
