import { durationOf, type Expectation } from '../roll/expectation.ts';
import { ROLLCALL } from '../roll/items.ts';
import type { RollEvent } from '../roll/state.ts';
import { visible } from '../text/visible-text.ts';
import { lengthOf, timeIn } from './times.ts';

/** An event, and what is known of its source. */
export interface Told {
  readonly event: RollEvent;
  readonly expectation?: Expectation | undefined;
  /** When the source was heard last. */
  readonly lastContact?: number | undefined;
  /** What it said last; of people's making. */
  readonly lastNote?: string | undefined;
}

/** What is said of one event, in every form of a message. */
export interface Phrases {
  /** A word for lists: `DOWN`. */
  readonly word: string;
  /** A sentence that begins with the source, without what people typed. */
  readonly headline: string;
  /** What there is to know, by name. */
  readonly facts: readonly (readonly [string, string])[];
}

/** The most characters of what people typed; less where there are many events, so that a message fits into an item. */
const MOST_TYPED = { alone: 300, among: 100 };
const MANY = 10;

const WORDS: Readonly<Record<RollEvent['kind'], string>> = {
  opened: 'DOWN',
  reopened: 'DOWN AGAIN',
  resolved: 'UP',
  reminded: 'STILL DOWN',
  flapping: 'FLAPPING',
  steady: 'STEADY',
};

/**
 * @param now when it is told, in milliseconds since the Unix epoch
 * @param count how many events are told together
 */
export function phrasesOf(told: Told, now: number, count = 1): Phrases {
  const { event } = told;
  const affected = event.outage.reason === 'limit' && (event.kind === 'opened' || event.kind === 'reopened');
  return {
    word: affected ? 'AFFECTED' : WORDS[event.kind],
    headline: headlineOf(event, now),
    facts: factsOf(told, count > MANY ? MOST_TYPED.among : MOST_TYPED.alone).filter(([, fact]) => fact !== ''),
  };
}

function headlineOf({ kind, source, outage, at }: RollEvent, now: number): string {
  const lasted = lengthOf((outage.endedAt ?? now) - outage.startedAt);
  switch (kind) {
    case 'opened':
      return source === ROLLCALL ? 'Rollcall hears nobody.' : `${source} ${reasonOf(outage.reason)}.`;
    case 'reopened':
      return `${source} ${reasonOf(outage.reason)} again, soon after it was up: the same outage goes on.`;
    case 'resolved':
      if (source === ROLLCALL) return `Rollcall hears again, after ${lasted}.`;
      return outage.endedBy === 'pause' || outage.endedBy === 'removal'
        ? `${source} is no longer watched: its outage ends after ${lasted}.`
        : `${source} is up again after ${lasted}.`;
    case 'reminded':
      return `${source} is still down, for ${lengthOf(at - outage.startedAt)}; nobody has acknowledged it.`;
    case 'flapping':
      return `${source} flaps: it changed more than 6 times in an hour. Nothing more is told of it until it was steady for 30 minutes.`;
    case 'steady':
      return `${source} is steady again.`;
  }
}

function reasonOf(reason: RollEvent['outage']['reason']): string {
  switch (reason) {
    case 'silent':
      return 'is silent';
    case 'failed':
      return 'has failed';
    case 'overdue':
      return 'has not ended its run';
    case 'limit':
      return 'has a value beyond its limit';
  }
}

function factsOf({ event, expectation, lastContact, lastNote }: Told, most: number): (readonly [string, string])[] {
  const { kind, source, outage } = event;
  const zone = expectation?.tz ?? 'UTC';
  const time = (instant: number | undefined) => (instant === undefined ? '' : timeIn(zone, instant));
  if (source === ROLLCALL) {
    return [
      ['Since', time(outage.startedAt)],
      ['Until', time(outage.endedAt)],
      ['That means', kind === 'resolved' ? AFTER_BLINDNESS : BLINDNESS],
    ];
  }
  const ended = kind === 'resolved';
  return [
    ['Since', time(outage.startedAt)],
    ['Until', time(outage.endedAt)],
    ['Reason', brief(outage.detail, most)],
    ['Expected', expectation && !ended ? dueOf(expectation) : ''],
    ['Last heard', ended ? '' : lastContact === undefined ? 'never' : time(lastContact)],
    ['Last note', brief(lastNote, most)],
    ['About it', brief(expectation?.description, most)],
  ];
}

const BLINDNESS =
  'no source at all was heard, so none is judged: either all are silent, or what they send does not arrive.';
const AFTER_BLINDNESS = 'sources are heard again, and are judged once each had the time to answer.';

/** What was due: `every 5m, 5m later at the latest`. */
function dueOf({ every, cron, tz = 'UTC', grace }: Expectation): string {
  const often = every === undefined ? `as cron has it: ${cron} (${tz})` : `every ${every}`;
  return durationOf(grace) > 0 ? `${often}, ${grace} later at the latest` : often;
}

/** The beginning of what somebody typed. */
function brief(typed: string | undefined, most: number): string {
  const line = oneLine(typed ?? '');
  return line.length > most ? `${wholeCharacters(line, most)}...` : line;
}

/** What somebody typed, on one line, with nothing in it that cannot be seen. */
export function oneLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' ').trim());
}

/** The beginning of a text, with no half of a character at its end. */
export function wholeCharacters(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
