import Negotiator from 'negotiator';
import { HttpError } from './errors.ts';
import type { HttpRequest } from './request.ts';

/** A member of a list: up to a comma that stands in no quoted string. */
const MEMBER = /(?:[^,"]|"(?:[^"\\]|\\.)*"|")+/gs;
/** A media range (RFC 9110, section 12.5.1): its type, and its parameters. */
const RANGE = /^([\w!#$%&'+.^`|~-]+\/(?:\*|[\w!#$%&'+.^`|~-]+)|\*\/\*)\s*((?:;.*)?)$/s;
/** A weight, as the RFC has it or a little looser: Java sends `q=.2`. */
const WEIGHT = /^(?:0?\.\d+|0\.?|1(?:\.0*)?)$/;
/** More characters than any client means; to look at more would take a time that grows with their square. */
const MOST_SENT = 1024;
/** Whatever there is, if nothing that was asked for. */
const LAST_RESORT = '*/*;q=0.001';

/**
 * The media type of `offered` that the client likes best (RFC 9110, section 12.5.1); the first one if it does not say.
 *
 * What cannot be understood counts as `*`/`*`, after what can: a client that is told what it did not mean still gets its
 * answer. So undefined, and 406, is only for who asks in so many words for nothing but what is not offered.
 */
export function preferredType<T extends string>(request: HttpRequest, offered: readonly T[]): T | undefined {
  const sent = request.headers.get('accept') ?? '';
  const accept = understood(sent.length > MOST_SENT ? '' : sent);
  const best = new Negotiator({ headers: { accept } }).mediaType([...offered]);
  return offered.find((type) => type === best);
}

/**
 * The same, for answers that must be of an offered type.
 *
 * A POST of a record gets 406, too, and nothing is written: RFC 9110 (section 12.4.1) would allow to disregard the header,
 * but a client that can read none of our answers learns so at its first try, and cannot take a record for a failure.
 *
 * @throws HttpError 406 that names the types on offer
 */
export function negotiate<T extends string>(request: HttpRequest, offered: readonly T[]): T {
  const type = preferredType(request, offered);
  if (type === undefined)
    throw new HttpError(406, `This address answers with ${offered.join(', ')}; accept one of them.`);
  return type;
}

/** An Accept header in which each member is a media range with its weight alone: other parameters say nothing here. */
function understood(accept: string): string {
  const members = (accept.match(MEMBER) ?? []).map((member) => member.trim()).filter((member) => member !== '');
  const ranges = members.flatMap(rangesOf);
  return ranges.length === 0 ? '*/*' : ranges.join(', ');
}

function rangesOf(member: string): string[] {
  // Java's HttpURLConnection says `*` for all.
  const [, range, parameters = ''] = RANGE.exec(member.replace(/^\*(?=\s*(?:;|$))/, '*/*')) ?? [];
  if (range === undefined) return [LAST_RESORT];
  const weight = /;\s*q\s*(?:=\s*([^;]*?)\s*)?(?:;|$)/i.exec(parameters.replaceAll(/"(?:[^"\\]|\\.)*"/gs, ''));
  if (weight === null) return [range];
  const [, q = ''] = weight;
  return WEIGHT.test(q) ? [`${range};q=${Number(q)}`] : [range, LAST_RESORT];
}
