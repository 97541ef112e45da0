import type { Channel, SecretName } from '../../core/telling/channel.ts';
import type { Notice } from '../../core/telling/notice.ts';
import type { PostAnswer } from '../http/post.ts';

/** How a try to send ended. `answer` is what the other side said, for people, as it came. */
export type Attempt =
  | { readonly kind: 'delivered' | 'refused' | 'gone'; readonly answer: string }
  /** It may work later: after so many milliseconds, if the other side said when; `hung` if it took all the time that it had. */
  | { readonly kind: 'later'; readonly answer: string; readonly afterMs?: number | undefined; readonly hung?: boolean };

/** A channel whose secrets are open. */
export interface OpenChannel extends Pick<Channel, 'name' | 'to'> {
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
}

/** Sends a notice through a channel of one kind. What it throws counts as a try that may work later. */
export type Send = (notice: Notice, channel: OpenChannel) => Promise<Attempt>;

const MOST_SHOWN = 200;

/**
 * What an answer of HTTP means.
 *
 * @param now milliseconds since the Unix epoch, for a Retry-After that is a date
 */
export function attemptOf({ status, headers, text }: PostAnswer, now: number): Attempt {
  const said = text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_SHOWN);
  const answer = said === '' ? String(status) : `${status} ${said}`;
  if (status >= 200 && status < 300) return { kind: 'delivered', answer };
  if (status === 404 || status === 410) return { kind: 'gone', answer };
  if (status === 429 || status >= 500 || status === 408 || status === 425) {
    return { kind: 'later', answer, afterMs: retryAfter(headers['retry-after'], now) };
  }
  const redirect = status >= 300 && status < 400;
  return {
    kind: 'refused',
    answer: redirect ? `${status}, which leads elsewhere: redirects are not followed` : answer,
  };
}

/** The value of Retry-After (RFC 9110, section 10.2.3) in milliseconds from now on. */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
