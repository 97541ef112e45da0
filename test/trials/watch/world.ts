/** Sources that answer, or fall silent, as they are told to by a seed; and what the watch should make of that. */
import { makeId, microsOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createRandom, type Random } from '../faults/random.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of time, without its end, in milliseconds since the Unix epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly sources: number;
  readonly start: number;
  readonly hours: number;
  readonly shards: number;
  /** When nothing that is said arrives. */
  readonly ingestionOff: Span;
  /** When the watch does not run. */
  readonly watchOff: Span;
}

/** A record, and from when on it can be read. */
export interface Ping {
  readonly id: string;
  readonly source: string;
  readonly visibleAt: number;
}

/** A source, and what it does. */
export interface Actor {
  readonly name: string;
  readonly expectation: string;
  readonly period: number;
  readonly grace: number;
  /** Its schedule is by the clock: due at so long after midnight. @default - by its last answer */
  readonly daily: number | undefined;
  /** When it is really silent. */
  readonly silences: readonly Span[];
}

/** A silence that somebody should hear of. */
export interface Truth {
  readonly source: string;
  readonly startedAt: number;
  /** When it is over its grace. */
  readonly deadline: number;
  /** The instant of the answer that ends it, and from when on it can be read. @default - none comes */
  readonly endedAt: number | undefined;
  readonly endVisibleAt: number;
}

export interface World {
  readonly actors: readonly Actor[];
  /** In the order in which they become visible. */
  readonly pings: readonly Ping[];
  readonly truths: readonly Truth[];
}

/** Periods of the sources, and how many of 300 have each. */
const KINDS = [
  { share: 10, period: MINUTE, grace: MINUTE, every: '1m' },
  { share: 40, period: 5 * MINUTE, grace: 0, every: '5m' },
  { share: 50, period: 15 * MINUTE, grace: 5 * MINUTE, every: '15m' },
  { share: 100, period: HOUR, grace: 5 * MINUTE, every: '1h' },
  { share: 100, period: DAY, grace: 30 * MINUTE, every: undefined },
] as const;

const overlaps = (one: Span, other: Span) => one.from < other.to && other.from < one.to;

export function createWorld(options: WorldOptions): World {
  const random = createRandom(options.seed);
  const total = KINDS.reduce((sum, { share }) => sum + share, 0);
  const actors = Array.from({ length: options.sources }, (_, index) => {
    const place = (index * total) / options.sources;
    const kind = KINDS.find((_, at) => place < KINDS.slice(0, at + 1).reduce((sum, { share }) => sum + share, 0));
    return createActor(`s${index}`, kind ?? KINDS[0], random, options);
  });
  const pings = actors.flatMap((actor) => pingsOf(actor, random, options));
  const bySource = Map.groupBy(pings, ({ source }) => source);
  const end = options.start + options.hours * HOUR;
  const { ingestionOff } = options;
  const truths = actors
    .flatMap((actor) => truthsOf(actor, bySource.get(actor.name) ?? [], end))
    // Nobody is silent then, we do not hear: nothing of that is to be told.
    .filter(({ startedAt, endedAt = end }) => startedAt >= ingestionOff.to || endedAt < ingestionOff.from);
  return { actors, pings: pings.sort((a, b) => a.visibleAt - b.visibleAt), truths };
}

function createActor(name: string, kind: (typeof KINDS)[number], random: Random, options: WorldOptions): Actor {
  const { period, grace, every } = kind;
  const { start, hours, ingestionOff } = options;
  // Answers to the minute; not at the times when nothing arrives, and the watch would have nobody to wait for.
  const daily = every === undefined ? random.below(24 * 60) * MINUTE : undefined;
  const expectation =
    daily === undefined
      ? { every, grace: `${grace / MINUTE}m` }
      : { cron: `${(daily / MINUTE) % 60} ${Math.floor(daily / HOUR)} * * *`, grace: `${grace / MINUTE}m` };
  const around = { from: ingestionOff.from - 2 * period - HOUR, to: ingestionOff.to + 2 * period + HOUR };
  const silences: Span[] = [];
  for (let at = start + 2 * period; at < start + hours * HOUR; at += period * (20 + random.below(200)) + HOUR) {
    const from = at + random.below(period);
    const silence = { from, to: from + 3 * period + grace + random.below(4 * HOUR) };
    const last = silences.at(-1);
    if (random.chance(0.5) && !overlaps(silence, around) && (last === undefined || last.to + 2 * period < from)) {
      silences.push(silence);
    }
  }
  return { name, expectation: JSON.stringify(expectation), period, grace, daily, silences };
}

/** An answer a little after it is due, a moment on the way; one in fifty becomes visible late. */
function pingsOf(actor: Actor, random: Random, options: WorldOptions): Ping[] {
  const { start, hours, shards, ingestionOff } = options;
  const { name: source, period, daily, silences } = actor;
  const end = start + hours * HOUR;
  const pings: Ping[] = [];
  const say = (at: number) => {
    // The clocks of the instances that record are up to two seconds apart.
    const micros = Math.round((at + random.fraction() * 2000 - 1000) * 1000);
    const shard = random.below(shards);
    const delay = random.chance(0.02) ? 9 * SECOND : random.below(300);
    pings.push({ id: makeId(micros, shard, random.bytes(7)), source, visibleAt: at + 1000 + delay });
  };
  const isIn = (span: Span, at: number) => at >= span.from && at < span.to;
  let at = daily === undefined ? start + random.below(period) : start - (start % DAY) + daily + random.below(10_000);
  for (; at < end; at += daily === undefined ? period - random.below(period / 20) : DAY) {
    if (at < start || silences.some((silence) => isIn(silence, at))) continue;
    if (!isIn(ingestionOff, at)) say(at);
    // Who has something to say but rarely says it again until it is heard.
    else if (period > 10 * MINUTE) say(ingestionOff.to + random.below(MINUTE));
  }
  return pings;
}

/** What should be told of a source, from what it said alone: nothing of the watch is used. */
function truthsOf({ name: source, period, grace, daily }: Actor, pings: readonly Ping[], end: number): Truth[] {
  const contacts = pings
    .map(({ id, visibleAt }) => ({ at: Math.floor(microsOf(id) / 1000), visibleAt }))
    .sort((a, b) => a.at - b.at);
  const truths: Truth[] = [];
  for (const [index, { at }] of contacts.entries()) {
    const next = contacts[index + 1];
    // An answer up to a minute early is for what is due next.
    const after = at + MINUTE;
    const due = daily === undefined ? at + period : after - (after % DAY) + daily + (after % DAY < daily ? 0 : DAY);
    const deadline = due + grace;
    if (deadline < (next?.at ?? end)) {
      const endVisibleAt = next?.visibleAt ?? Number.POSITIVE_INFINITY;
      truths.push({ source, startedAt: due, deadline, endedAt: next?.at, endVisibleAt });
    }
  }
  return truths;
}
