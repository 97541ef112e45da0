import type { PathParams } from '../http/endpoint.ts';

const KEY = /^rc_[0-9A-Za-z]{46}$/;

/** The key that stands in the path of a ping, as the first of its parts. */
export function keyIn({ key, source }: PathParams): string | undefined {
  return [key, source].find((part) => part !== undefined && KEY.test(part));
}

/** What a ping says: `/ping/{source}/{signal}` may as well be `/ping/{key}/{source}`. */
export function partsOf(params: PathParams): { readonly source: string; readonly signal: string | undefined } {
  const { key, source = '', signal } = params;
  if (key === undefined && KEY.test(source)) return { source: signal ?? '', signal: undefined };
  return { source, signal };
}
