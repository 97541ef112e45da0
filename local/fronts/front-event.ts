/** The common part of the events of a load balancer and of an HTTP API. */
import type { FrontRequest, Hop } from './front.ts';
import { cut, endToEnd, type HeaderLine, headerLines, valuesOf } from './headers.ts';

const SET_BY_FRONT = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id']);

/**
 * The headers that reach the function, by name in lower case: those that the client sent, and those that the front sets.
 *
 * @param names what the names of headers must look like; others are left out
 */
export function eventHeaders(
  { rawHeaders }: Pick<FrontRequest, 'rawHeaders'>,
  { peer, protocol = 'http', port, now, random }: Omit<Hop, 'body' | 'peerPort'>,
  names: RegExp,
): HeaderLine[] {
  const sent = endToEnd(headerLines(rawHeaders))
    .filter(([name]) => names.test(name))
    .map(([name, value]): HeaderLine => [name.toLowerCase(), value]);
  const addresses = [...valuesOf(sent, 'x-forwarded-for').filter((value) => value !== ''), peer];
  const traceId = `1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')}-${random}`;
  return [
    ...sent.filter(([name]) => !SET_BY_FRONT.has(name)),
    ['x-forwarded-for', addresses.join(', ')],
    ['x-forwarded-proto', protocol],
    ['x-forwarded-port', protocol === 'https' ? '443' : String(port)],
    ['x-amzn-trace-id', trace(valuesOf(sent, 'x-amzn-trace-id').at(-1) ?? '', traceId)],
  ];
}

/** The body as it stands in the event: text for what is said to be text, base64 for all else. */
export function eventBody(body: Buffer, headers: readonly HeaderLine[]) {
  const isBase64Encoded = body.length > 0 && !isText(headers);
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

/** Root names the whole request, Self this hop: Self is added, or renewed, where somebody before us traced already. */
function trace(sent: string, id: string): string {
  const fields = sent
    .split(';')
    .map((field) => field.trim())
    .filter((field) => field !== '');
  const rest = fields.filter((field) => !/^self=/i.test(field));
  const hasRoot = rest.some((field) => /^root=/i.test(field));
  const hasSelf = rest.length < fields.length;
  return [...(hasRoot || hasSelf ? [`Self=${id}`] : []), ...(hasRoot ? [] : [`Root=${id}`]), ...rest].join(';');
}

function isText(headers: readonly HeaderLine[]): boolean {
  const type = cut(valuesOf(headers, 'content-type').at(-1) ?? '', ';')[0]
    .trim()
    .toLowerCase();
  return (
    /^text\/|^application\/(json|javascript|xml)$/.test(type) && valuesOf(headers, 'content-encoding').length === 0
  );
}
