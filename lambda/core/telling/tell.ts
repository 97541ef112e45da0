import type { RollEvent } from '../roll/state.ts';
import { channelsFor, type Routing } from './channel.ts';
import type { ChannelStore } from './channel-store.ts';
import { compose, withoutCancelled } from './compose.ts';
import type { Message } from './message.ts';
import { type NoticeHead, shortHash } from './notice.ts';
import type { NoticeStore } from './notice-store.ts';
import { mayTell } from './pace.ts';
import type { Told } from './phrases.ts';

/** What is told with one tick. */
export interface Telling {
  readonly told: readonly Told[];
  /** When it is told, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** How long the watch was away before, in milliseconds. @default - it was not */
  readonly away?: number | undefined;
}

export interface TellerOptions {
  readonly channels: Pick<ChannelStore, 'list'>;
  readonly notices: Pick<NoticeStore, 'recent' | 'add'>;
  /** The name of the stage. */
  readonly stage: string;
  /** The names of the channels of sources that name none. @default - all that there are */
  readonly defaults?: readonly string[] | undefined;
  /** Where people reach the pages. @default - unknown, and messages have no links */
  readonly baseUrl?: string | undefined;
}

/** As many notices back is looked for what was told before. */
const LOOKED_BACK = 50;
/** The most events of one notice, whose hashes fit into an item beside the message. */
const MOST_EVENTS = 8_000;
/** How often somebody else may have told something meanwhile. */
const ATTEMPTS = 5;

/**
 * Makes what writes notices: one a channel for all that is told together. An event is told once a channel, whoever tells it,
 * how often, and wherever it was killed: the places of a channel's notices are given out one by one, and the notices
 * before say what they told.
 *
 * @returns the ids of the events that are done with: those that are left out wait for the pace of a channel, and are to be
 *   told again with a later tick
 */
export function createTeller({ channels, notices, stage, defaults, baseUrl }: TellerOptions) {
  return async ({ told, now, away }: Telling): Promise<ReadonlySet<string>> => {
    const toTell = told.filter(({ event }) => event.told);
    const waiting = new Set<string>();
    if (toTell.length > 0) {
      const routing: Routing = { channels: await channels.list(), defaults };
      const routes = new Map(toTell.map((one) => [one, channelsFor(one.expectation?.channels, routing)]));
      const names = new Set([...routes.values()].flat());
      const tellOne = async (channel: string) => {
        const own = toTell.filter((one) => routes.get(one)?.includes(channel));
        for (const event of await tellChannel(channel, own, { now, away })) waiting.add(event.id);
      };
      await Promise.all([...names].map(tellOne));
    }
    return new Set(told.map(({ event }) => event.id).filter((id) => !waiting.has(id)));
  };

  /** @returns the events that have to wait */
  async function tellChannel(
    channel: string,
    told: readonly Told[],
    { now, away }: Omit<Telling, 'told'>,
  ): Promise<readonly RollEvent[]> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const recent = await notices.recent(channel, LOOKED_BACK);
      const before = toldBefore(recent);
      const fresh = told.filter(({ event }) => !before.has(shortHash(event.id)));
      const left = withoutCancelled(fresh);
      const given = recent.filter(({ purpose }) => purpose === 'events');
      const events = left.map(({ event }) => event);
      if (left.length === 0) return [];
      const paced = given.map(({ createdAt, count }) => ({ at: createdAt, events: count }));
      // What has begun and ended waits with the rest: it stays cancelled, or not, with whatever comes.
      if (!mayTell(paced, events, now)) return fresh.map(({ event }) => event);
      const some = left.slice(0, MOST_EVENTS);
      const message = compose({ stage, channel, told: some, now, away, baseUrl });
      if (message === undefined) return [];
      const sequence = nextSequence(recent);
      const ids = some.map(({ event }) => event.id);
      const added = await notices.add({ channel, sequence, purpose: 'events', createdAt: now, ids, message });
      if (added && some.length === left.length) return [];
    }
    return told.map(({ event }) => event);
  }
}

export interface Announcement {
  readonly purpose: Exclude<NoticeHead['purpose'], 'events'>;
  /** The same however often it is announced: what was announced is not announced again. */
  readonly id: string;
  readonly message: Message;
  /** In milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Announces something else than events through one channel: a report, a test, that another channel is broken.
 *
 * @returns its place among the notices of the channel; undefined if others tell so much that it found none
 */
export async function announce(
  notices: Pick<NoticeStore, 'recent' | 'add'>,
  channel: string,
  { purpose, id, message, now }: Announcement,
): Promise<number | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const recent = await notices.recent(channel, LOOKED_BACK);
    const same = recent.find(({ told }) => told.split(',').includes(shortHash(id)));
    if (same !== undefined) return same.sequence;
    const sequence = nextSequence(recent);
    if (await notices.add({ channel, sequence, purpose, createdAt: now, ids: [id], message })) return sequence;
  }
  return undefined;
}

function toldBefore(recent: readonly NoticeHead[]): ReadonlySet<string> {
  return new Set(recent.flatMap(({ told }) => told.split(',')));
}

function nextSequence([newest]: readonly NoticeHead[]): number {
  return (newest?.sequence ?? 0) + 1;
}

/** A notice that nobody has sent after this long is handed on once more, in milliseconds. */
const REDRIVEN_AFTER_MS = 120_000;

/**
 * Hands on what was not sent: the oldest notice of each channel, since they are sent in their order. It is called with each
 * tick, and costs a small read a channel.
 *
 * @returns when the oldest was written of those that nobody has claimed though they were handed on before; what a channel
 *   does not take is none of them: it is held until it is tried again
 */
export async function redriveNotices(
  {
    channels,
    notices,
  }: { readonly channels: Pick<ChannelStore, 'list'>; readonly notices: Pick<NoticeStore, 'pending' | 'redrive'> },
  now: number,
): Promise<number | undefined> {
  let since: number | undefined;
  for (const { name } of await channels.list()) {
    const [oldest] = await notices.pending(name);
    if (oldest === undefined || oldest.createdAt > now - REDRIVEN_AFTER_MS) continue;
    if ((oldest.heldUntil ?? 0) > now) continue;
    await notices.redrive(oldest, now);
    if (oldest.redrive !== undefined) since = Math.min(since ?? oldest.createdAt, oldest.createdAt);
  }
  return since;
}
