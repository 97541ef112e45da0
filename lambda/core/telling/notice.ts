/** Notices: what a channel is to be told, in the order in which it is told, and what became of it. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { fromItem, type WireItem } from '../dynamo/items.ts';
import { Message } from './message.ts';

/** How a notice ended: the other side took it, refused it, is not there any more, or did not answer for a day. */
export const OUTCOMES = ['delivered', 'refused', 'broken', 'given-up'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the notice is there for. */
export const PURPOSES = ['events', 'report', 'test', 'broken-channel'] as const;

const number = v.optional(v.number());

/** Of a notice, all but the message. Times are in milliseconds since the Unix epoch. */
const HEAD_FIELDS = {
  /** The same however often it is composed and sent: `Rollcall-Event`. */
  id: v.string(),
  purpose: v.picklist(PURPOSES),
  createdAt: v.number(),
  /** What it tells of, so that nothing is told twice: short hashes of the ids, with commas between. */
  told: v.string(),
  /** How many events there were. */
  count: v.number(),
  attempts: v.optional(v.number(), 0),
  /** Nobody else sends it until then: it is being sent, or tried again later. */
  heldUntil: number,
  /** When it was handed on once more, to nobody who has claimed it since. */
  redrive: number,
  settledAt: number,
  outcome: v.optional(v.picklist(OUTCOMES)),
  /** What the other side said last, without what is secret. */
  answer: v.optional(v.string()),
};

const HeadItem = v.object({ sk: v.string(), ...HEAD_FIELDS });
const NoticeItem = v.object({ ...HeadItem.entries, message: v.pipe(v.string(), v.parseJson(), Message) });

export interface NoticeHead extends Readonly<Omit<v.InferOutput<typeof HeadItem>, 'sk'>> {
  readonly channel: string;
  /** Its place among the notices of its channel, from 1 on. */
  readonly sequence: number;
}

export interface Notice extends NoticeHead {
  readonly message: Message;
}

/** A notice that is to be there. */
export interface NewNotice extends Pick<NoticeHead, 'channel' | 'sequence' | 'purpose' | 'createdAt'> {
  /** The ids of what it tells of. */
  readonly ids: readonly string[];
  readonly message: Message;
}

export const noticePartition = (channel: string) => `${NOTICE_PREFIX}${channel}`;
/** What the partitions of notices begin with: the stream hands on what does, and nothing else. */
export const NOTICE_PREFIX = 'm#';
/** Where the api asks for the key that secrets are sealed with; no channel has this name. */
export const KEY_WANTED = `${NOTICE_PREFIX}#key`;
const SEQUENCE_DIGITS = 12;

export function sortKeyOf(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}

/** 66 bits of an event's id: of the thousands of a channel no two are the same. */
export function shortHash(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 11);
}

/** The id of a notice: whoever composes the same events for the same channel makes the same one. */
export function noticeId(channel: string, ids: readonly string[]): string {
  const parts = [channel, ...ids.toSorted()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

export function headOf(channel: string, item: WireItem): NoticeHead {
  const { sk, ...head } = v.parse(HeadItem, fromItem(item));
  return { channel, sequence: Number(sk), ...head };
}

export function noticeOf(channel: string, item: WireItem): Notice {
  const { sk, ...notice } = v.parse(NoticeItem, fromItem(item));
  return { channel, sequence: Number(sk), ...notice };
}

/** The header that says which notice it is, the same however often it is sent. */
export const EVENT_HEADER = 'Rollcall-Event';
