/** A random history of one source: what it says, when it is judged, what people change. It is the same for the same seed. */
import * as v from 'valibot';
import { type Expectation, ExpectationFields } from '../../../lambda/core/roll/expectation.ts';
import type { RollRecord } from '../../../lambda/core/roll/heard.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createRandom, type Random } from '../faults/random.ts';
import type { Rules, Saying } from './slow-watch.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-06-01T12:00Z');

export type Step =
  | { readonly kind: 'says'; readonly at: number; readonly saying: Saying; readonly record: RollRecord }
  | { readonly kind: 'tick' | 'pause' | 'resume' | 'acknowledge'; readonly at: number }
  | { readonly kind: 'put'; readonly at: number; readonly period: number };

export interface History {
  readonly start: number;
  readonly rules: Rules;
  readonly steps: readonly Step[];
}

export interface Kind {
  /** Whether people change something, and maintenance windows come. */
  readonly isChanged: boolean;
  readonly hasStarts: boolean;
  /** Whether one failure is enough, and one success. */
  readonly isSimple: boolean;
  /** Whether it never has to answer. @default false */
  readonly isNeverSilent?: boolean;
}

type Change = 'pause' | 'resume' | 'acknowledge' | 'put';
const CHANGES: readonly [Change, ...Change[]] = ['pause', 'resume', 'resume', 'acknowledge', 'put'];
const PERIODS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE] as const;

/** Some hours of a source that is fine, silent, failing and at odds with itself in turn. */
export function historyOf(seed: number, kind: Kind = { isChanged: true, hasStarts: true, isSimple: false }): History {
  const random = createRandom(seed);
  const rules = rulesOf(random, kind);
  const steps: Step[] = [];
  let now = START;
  for (let count = 20 + random.below(60); count > 0; ) {
    const step = random.pick([rules.period / 3, rules.period, MINUTE]);
    const pauseAfter = random.chance(0.1) ? random.below(4) * random.pick([rules.period, 20 * MINUTE]) : 0;
    now += 1 + random.below(step) + pauseAfter;
    const mood = random.below(4);
    for (let some = 1 + random.below(6); some > 0; some--, count--) {
      now += 1 + random.below(Math.max(1, Math.floor(step / 2)));
      steps.push(stepAt(random, now, mood, kind));
      if (random.chance(0.5)) steps.push({ kind: 'tick', at: ++now });
    }
  }
  steps.push({ kind: 'tick', at: ++now });
  return { start: START, rules, steps };
}

/** The expectation that rules are. */
export function expectationOfRules(rules: Rules): Expectation {
  const { period, isCron, grace, early, maxRun, failures, recoveries, limit, windowMinutes } = rules;
  const minutes = period / MINUTE;
  return v.parse(ExpectationFields, {
    ...(isCron ? { cron: minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *` } : { every: `${minutes}m` }),
    grace: `${grace / MINUTE}m`,
    early: `${early / MINUTE}m`,
    ...(maxRun === undefined ? {} : { maxRun: `${maxRun / MINUTE}m` }),
    failures,
    recoveries,
    remind: '10m',
    limits: limit ? { disk: limit } : {},
    windows: windowMinutes > 0 ? [{ cron: '30 * * * *', for: `${windowMinutes}m` }] : [],
  });
}

function rulesOf(random: Random, { isChanged, isSimple, isNeverSilent = false }: Kind): Rules {
  return {
    period: random.pick(PERIODS),
    isCron: random.chance(0.5),
    grace: isNeverSilent ? 365 * 1440 * MINUTE : random.pick([0, 1, 5]) * MINUTE,
    early: random.pick([0, 1, 10]) * MINUTE,
    maxRun: random.chance(0.5) ? random.pick([2, 20]) * MINUTE : undefined,
    failures: isSimple ? 1 : 1 + random.below(3),
    recoveries: isSimple ? 1 : 1 + random.below(3),
    limit: random.chance(0.5) ? { max: 90, of: 1 + random.below(3) } : undefined,
    windowMinutes: isChanged ? random.pick([0, 0, 1, 10]) : 0,
  };
}

function stepAt(random: Random, at: number, mood: number, { isChanged, hasStarts }: Kind): Step {
  if (isChanged && random.chance(0.06)) {
    const kind = random.pick(CHANGES);
    return kind === 'put' ? { kind, at, period: random.pick(PERIODS) } : { kind, at };
  }
  const isBad = random.chance([0.02, 0.3, 0.6, 0.95][mood] ?? 0);
  const started = hasStarts && random.chance(0.25);
  const state = random.chance(0.05) ? 'log' : started ? 'start' : isBad ? 'fail' : 'success';
  const disk = random.chance(0.5) ? 80 + random.below(isBad ? 40 : 11) : undefined;
  const saying: Saying = { at, state, run: random.pick(['', '', 'a', 'b']), disk };
  const values = disk === undefined ? {} : { values: { disk } };
  const id = makeId(at * 1000 + random.below(1000), 0, random.bytes(7));
  return { kind: 'says', at, saying, record: { id, state, run: saying.run, ...values } };
}
