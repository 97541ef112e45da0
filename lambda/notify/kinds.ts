import * as v from 'valibot';
import { FETCH_EVENT } from '../core/access/fetch-event.ts';
import type { SendDeps } from './send-deps.ts';
import { StreamEvent, sendNotices } from './send-notices.ts';

/** What the function may be invoked for. */
export interface Kind {
  /** Its name in the log. */
  readonly name: string;
  readonly isMeant: (event: unknown) => boolean;
  /** What is done then, and what of it stands in the log. */
  readonly handle: (event: unknown) => Promise<Readonly<Record<string, unknown>>>;
}

/** Fetches the keys of the identity provider: once an hour, after a deployment, and when the operator asks for it. */
export function fetchKind(refresh: () => Promise<Readonly<Record<string, unknown>>>): Kind {
  const isMeant = (event: unknown) =>
    typeof event === 'object' && event !== null && 'kind' in event && event.kind === FETCH_EVENT.kind;
  return { name: 'provider keys', isMeant, handle: refresh };
}

/** Sends the notices that the stream of the roll hands on. */
export function sendKind(deps: SendDeps): Kind {
  return {
    name: 'notices',
    isMeant: (event) => v.is(StreamEvent, event),
    handle: async (event) => ({ channels: await sendNotices(deps, v.parse(StreamEvent, event)) }),
  };
}
