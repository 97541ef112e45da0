import type { HttpResponse } from '../http/response.ts';

/** A relative address with a query, of what is not undefined. */
export function addressWith(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** An answer that says where the next page is (RFC 8288), if there is one. */
export function withNext(response: HttpResponse, address: string | undefined): HttpResponse {
  if (address === undefined) return response;
  return { ...response, headers: { ...response.headers, link: `<${address}>; rel="next"` } };
}
