/** The composer: events in, a message out. It is pure: the same events make the same message, wherever it is sent. */
import type { RollEvent } from '../roll/state.ts';
import { type Frame, formsOf } from './forms.ts';
import type { Message, WebhookEvent } from './message.ts';
import { MOST_SHOWN } from './message.ts';
import { phrasesOf, type Told, wholeCharacters } from './phrases.ts';
import { lengthOf } from './times.ts';

/** What a message is made of. */
export interface Composition {
  /** The name of the stage. */
  readonly stage: string;
  /** The name of the channel that it goes through. */
  readonly channel: string;
  readonly told: readonly Told[];
  /** When it is told, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** How long the watch was away before, in milliseconds. @default - it was not */
  readonly away?: number | undefined;
  /** Where people reach the pages: `https://rollcall.example.com`. @default - nobody knows, and there are no links */
  readonly baseUrl?: string | undefined;
}

const MOST_OF_SUBJECT = 150;
const MOST_THREADS = 10;
/** Worst first. */
const ORDER: readonly RollEvent['kind'][] = ['opened', 'reopened', 'reminded', 'flapping', 'steady', 'resolved'];
const COUNTED: Readonly<Record<RollEvent['kind'], string>> = {
  opened: 'down',
  reopened: 'down again',
  reminded: 'still down',
  flapping: 'flapping',
  steady: 'steady again',
  resolved: 'up again',
};

/**
 * The message about some events; undefined if nothing is left to tell, since what opened and resolved in one go cancels
 * each other.
 */
export function compose({ told, ...composition }: Composition): Message | undefined {
  const left = withoutCancelled(told).toSorted(byWeight);
  const [first] = left;
  if (first === undefined) return undefined;
  const { stage, channel, now, away, baseUrl } = composition;
  const threads = [...new Set(left.map(({ event }) => event.outage.id))].slice(0, MOST_THREADS);
  const events = left.slice(0, MOST_SHOWN).map((one) => ({
    ...phrasesOf(one, now, left.length),
    link: baseUrl && `${baseUrl}/sources/${one.event.source}`,
  }));
  const frame: Frame = {
    subject: subjectOf(left, stage, now),
    late: away === undefined ? undefined : `Noticed late: the watch was away for ${lengthOf(away)}.`,
    events,
    more: left.length - events.length,
    channel,
    stage,
    all: baseUrl && `${baseUrl}/outages`,
    settings: baseUrl && `${baseUrl}/channels/${channel}`,
  };
  return {
    ...formsOf(frame),
    type: left.length === 1 ? `outage.${first.event.kind}` : 'outages.changed',
    events: left.slice(0, MOST_SHOWN).map(({ event }) => webhookEvent(event)),
    threads,
    ...(frame.settings && { settingsUrl: frame.settings }),
  };
}

/** Events whose outage has not both begun and ended among them. */
export function withoutCancelled(told: readonly Told[]): readonly Told[] {
  const outagesOf = (...kinds: RollEvent['kind'][]) =>
    new Set(told.filter(({ event }) => kinds.includes(event.kind)).map(({ event }) => event.outage.id));
  const begun = outagesOf('opened', 'reopened');
  const ended = outagesOf('resolved');
  const cancelled = (event: RollEvent) => begun.has(event.outage.id) && ended.has(event.outage.id);
  return told.filter(({ event }) => event.kind === 'flapping' || event.kind === 'steady' || !cancelled(event));
}

function byWeight({ event: a }: Told, { event: b }: Told): number {
  const weight = ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
  return weight || a.outage.startedAt - b.outage.startedAt || (a.source < b.source ? -1 : 1);
}

function subjectOf(told: readonly Told[], stage: string, now: number): string {
  const [first] = told;
  const prefix = `[Rollcall ${stage}] `;
  if (first !== undefined && told.length === 1) {
    const { word, headline } = phrasesOf(first, now);
    return shortSubject(`${prefix}${word}: ${headline.replace(/[.;:] .*|\.$/s, '')}`);
  }
  const counts = ORDER.map((kind) => [told.filter(({ event }) => event.kind === kind).length, COUNTED[kind]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  return shortSubject(`${prefix}${counts.join(', ')}: ${told.map(({ event }) => event.source).join(', ')}`);
}

/** A subject as long as one may be. */
export function shortSubject(text: string): string {
  return text.length <= MOST_OF_SUBJECT ? text : `${wholeCharacters(text, MOST_OF_SUBJECT - 3)}...`;
}

/** An event as a webhook gets it. */
function webhookEvent({ id, kind, source, at, outage }: RollEvent): WebhookEvent {
  const time = (instant: number) => new Date(instant).toISOString();
  return {
    id,
    kind,
    source,
    at: time(at),
    outage: outage.id,
    reason: outage.reason,
    startedAt: time(outage.startedAt),
    ...(outage.detail !== undefined && { detail: outage.detail }),
    ...(outage.endedAt !== undefined && {
      endedAt: time(outage.endedAt),
      seconds: Math.round((outage.endedAt - outage.startedAt) / 1000),
    }),
  };
}
