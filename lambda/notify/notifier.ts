import { setTimeout as delay } from 'node:timers/promises';
import type { CoreDeps } from '../core/deps.ts';
import { describeError } from '../core/observe/describe-error.ts';
import { countedFields } from '../core/observe/log.ts';
import { passedOnMessage, type Trouble } from '../core/telling/announcements.ts';
import { type Channel, type ChannelKind, channelsFor, purposeOf, SECRET_NAMES } from '../core/telling/channel.ts';
import type { ChannelStore } from '../core/telling/channel-store.ts';
import type { Notice, Outcome } from '../core/telling/notice.ts';
import type { NoticeStore } from '../core/telling/notice-store.ts';
import { open } from '../core/telling/sealed.ts';
import { announce } from '../core/telling/tell.ts';
import { PostError } from './http/post.ts';
import { withoutSecrets } from './secret-words.ts';
import type { Attempt, OpenChannel, Send } from './senders/sender.ts';

export interface NotifierOptions extends Pick<CoreDeps, 'log' | 'now' | 'stage'> {
  readonly channels: Pick<ChannelStore, 'get' | 'list' | 'markBroken'>;
  readonly notices: NoticeStore;
  /** By kind of channel; a kind that is absent cannot be sent here. */
  readonly senders: Readonly<Partial<Record<ChannelKind, Send>>>;
  /** The private key that opens secrets. */
  readonly privateKey: () => Promise<string>;
  readonly defaults?: readonly string[] | undefined;
  readonly baseUrl?: string | undefined;
  /** @default - that of Node */
  readonly wait?: (ms: number) => Promise<unknown>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** A notice that was claimed by somebody who did not come back is free again after this. */
const CLAIM_MS = 60 * SECOND;
/** Tries one after another, and the pauses between; after that, it is tried again in minutes. */
const AT_ONCE = [SECOND, 2 * SECOND];
/** The longest pause that is waited for at once. */
const MOST_WAITED_MS = 5 * SECOND;
const MOST_LATER_MS = HOUR;
/** After so long, the others tell it, too; and then it is given up. */
const PASSED_ON_AFTER_MS = 10 * MINUTE;
const GIVEN_UP_AFTER_MS = 24 * HOUR;

/** Sends the notices of a channel in their order, until none waits, or one has to wait. */
export type Notifier = (channel: string) => Promise<void>;

/**
 * Makes what sends. A notice is claimed, sent, and settled: whoever is killed between the last two sends it again, with the
 * same id. What a channel does not take is passed on through the others.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { channels, notices, senders, privateKey, stage, baseUrl, defaults, log, now, wait = delay } = options;

  return async (name) => {
    for (const notice of await notices.pending(name)) {
      if (!(await notices.claim(notice, now(), now() + CLAIM_MS))) return;
      const channel = await channels.get(name);
      const attempt = await tryAll(notice, channel);
      const end = await finish(notice, channel, attempt);
      const fields = {
        channel: name,
        kind: channel?.kind,
        notice: notice.id,
        attempt: attempt.kind,
        attempts: notice.attempts + 1,
      };
      const lost = end !== 'delivered' && end !== 'waits' && notice.purpose !== 'test';
      log({
        message: 'notice',
        ...fields,
        ...(lost && { stage, ...countedFields(['NoticesLost'], [['stage']], now()) }),
      });
      if (end === 'waits') return;
    }
  };

  async function tryAll(notice: Notice, channel: Channel | undefined): Promise<Attempt> {
    if (channel === undefined) return { kind: 'refused', answer: 'there is no channel of this name any more' };
    if (channel.brokenAt !== undefined) return { kind: 'gone', answer: channel.brokenBecause ?? 'it is broken' };
    const send = senders[channel.kind];
    if (send === undefined) return { kind: 'refused', answer: `this deployment sends no ${channel.kind}` };
    let secrets: OpenChannel['secrets'];
    try {
      secrets = await openSecrets(channel);
    } catch (error) {
      log({
        level: 'ERROR',
        message: 'secrets of a channel cannot be opened',
        channel: channel.name,
        error: describeError(error),
      });
      return { kind: 'later', answer: 'its secrets cannot be opened: set them anew' };
    }
    const { name, to } = channel;
    for (const pause of [...AT_ONCE, undefined]) {
      const attempt = await tryOnce(send, notice, { name, to, secrets });
      if (attempt.kind !== 'later' || attempt.hung || pause === undefined) return attempt;
      const rest = attempt.afterMs ?? pause;
      if (rest > MOST_WAITED_MS) return attempt;
      await wait(rest);
    }
    throw new Error('The last try has no pause after it.');
  }

  async function tryOnce(send: Send, notice: Notice, channel: OpenChannel): Promise<Attempt> {
    const hide = (text: string) => withoutSecrets(text, Object.values(channel.secrets));
    try {
      const attempt = await send(notice, channel);
      return { ...attempt, answer: hide(attempt.answer) };
    } catch (error) {
      if (error instanceof PostError) {
        const { message: answer, reason } = error;
        return reason === 'forbidden'
          ? { kind: 'refused', answer }
          : { kind: 'later', answer, hung: reason === 'hung' };
      }
      // Its text may have what is secret; its name does not.
      const name = error instanceof Error ? error.name : 'unknown';
      log({ level: 'ERROR', message: 'a channel cannot be used', channel: channel.name, error: name });
      return { kind: 'later', answer: `it failed (${name})` };
    }
  }

  /** @returns how it ended, or that it waits, and the next ones with it */
  async function finish(notice: Notice, channel: Channel | undefined, attempt: Attempt): Promise<Outcome | 'waits'> {
    const { answer } = attempt;
    const at = now();
    switch (attempt.kind) {
      case 'delivered':
        await notices.settle(notice, { at, outcome: 'delivered', answer });
        return 'delivered';
      case 'gone':
        await passOn(notice, 'gone', answer);
        if (channel) await channels.markBroken(channel, at, answer);
        await notices.settle(notice, { at, outcome: 'broken', answer });
        return 'broken';
      case 'refused':
        await passOn(notice, 'refused', answer);
        await notices.settle(notice, { at, outcome: 'refused', answer });
        return 'refused';
      case 'later': {
        if (at - notice.createdAt > PASSED_ON_AFTER_MS) await passOn(notice, 'late', answer);
        if (at - notice.createdAt > GIVEN_UP_AFTER_MS) {
          await notices.settle(notice, { at, outcome: 'given-up', answer });
          return 'given-up';
        }
        const usual = 2 ** Math.min(notice.attempts, 6) * MINUTE;
        await notices.retry(notice, at + Math.min(attempt.afterMs ?? usual, MOST_LATER_MS), answer);
        return 'waits';
      }
    }
  }

  /** Has the other channels say what this one could not; once, however often it could not. */
  async function passOn(notice: Notice, trouble: Trouble, answer: string): Promise<void> {
    // A test tells whoever asked for it, and what was passed on goes no further.
    if (notice.purpose === 'test' || notice.purpose === 'broken-channel') return;
    const others = (await channels.list()).filter(
      ({ name, brokenAt }) => name !== notice.channel && brokenAt === undefined,
    );
    for (const channel of channelsFor(undefined, { channels: others, defaults })) {
      const message = passedOnMessage({ stage, channel, baseUrl }, notice, trouble, answer);
      await announce(notices, channel, {
        purpose: 'broken-channel',
        id: `passed-on#${notice.id}`,
        message,
        now: now(),
      });
    }
  }

  async function openSecrets({ name, sealed }: Channel): Promise<OpenChannel['secrets']> {
    const secrets: { url?: string; secret?: string } = {};
    for (const secret of SECRET_NAMES) {
      const text = sealed[secret];
      if (text !== undefined) secrets[secret] = open(text, await privateKey(), purposeOf(name, secret));
    }
    return secrets;
  }
}
