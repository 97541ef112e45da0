import type { Channel, SecretName } from '../../core/telling/channel.ts';
import type { NoticeHead } from '../../core/telling/notice.ts';

/** A channel as people and programs see it: without secrets. */
export function viewOf({ name, kind, to, sealed, updatedAt, updatedBy, brokenAt, brokenBecause }: Channel) {
  const names: readonly SecretName[] = ['url', 'secret'];
  return {
    name,
    kind,
    ...(to.length > 0 && { to }),
    secrets: names.filter((secret) => sealed[secret] !== undefined),
    updatedAt: timeOf(updatedAt),
    updatedBy,
    brokenAt: brokenAt && timeOf(brokenAt),
    brokenBecause,
  };
}
export type ChannelView = ReturnType<typeof viewOf>;

export function noticeView({ id, purpose, createdAt, count, attempts, outcome, settledAt, answer }: NoticeHead) {
  return {
    id,
    purpose,
    createdAt: timeOf(createdAt),
    events: count,
    attempts,
    outcome,
    settledAt: settledAt && timeOf(settledAt),
    answer,
  };
}
export type NoticeView = ReturnType<typeof noticeView>;

function timeOf(instant: number): string {
  return new Date(instant).toISOString();
}
