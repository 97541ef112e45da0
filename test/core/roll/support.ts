import * as v from 'valibot';
import { type Expectation, ExpectationFields } from '../../../lambda/core/roll/expectation.ts';
import { fold, type RollRecord } from '../../../lambda/core/roll/heard.ts';
import { type Decision, judge } from '../../../lambda/core/roll/judge.ts';
import { expect as expectOf } from '../../../lambda/core/roll/requests.ts';
import type { Heard, SourceState } from '../../../lambda/core/roll/state.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Noon of a day on which nothing happens to clocks. */
export const NOON = Date.parse('2026-06-01T12:00Z');

/** An expectation as it is after it was put. */
export function expectation(fields: v.InferInput<typeof ExpectationFields>): Expectation {
  return v.parse(ExpectationFields, fields);
}

export type Said = Omit<RollRecord, 'id'> & { readonly at: number };

/** A record of an instant; those of the same millisecond have the order in which they are made. */
let made = 0;
export function record({ at, ...said }: Said): RollRecord {
  return { id: makeId(at * 1000, 0, Buffer.from(String(made++).padStart(7, '0'))), ...said };
}

export function heardOf(said: readonly Said[], limits: Expectation['limits'] = {}, before?: Heard): Heard | undefined {
  return said.reduce<Heard | undefined>((heard, one) => fold(heard, record(one), limits), before);
}

/** A source that is watched: what it says is heard, and time passes by the minute or by leaps. */
export class Watched {
  heard: Heard | undefined;
  state: SourceState;
  now: number;
  readonly decisions: Decision[] = [];

  constructor(fields: v.InferInput<typeof ExpectationFields>, now = NOON) {
    const state = expectOf(undefined, 'backup', expectation(fields), now);
    if (!state) throw new Error('nothing is expected');
    this.state = state;
    this.now = now;
  }

  get expectation(): Expectation {
    return v.parse(ExpectationFields, JSON.parse(this.state.expectation ?? '{}'));
  }

  /** It says something, now or some time ago. */
  says(said: Omit<Said, 'at'> = {}, ago = 0): this {
    this.heard = fold(this.heard, record({ at: this.now - ago, ...said }), this.expectation.limits);
    return this;
  }

  /** After a time, all of it is judged once. */
  after(ms: number, restoredAt?: number): this {
    this.now += ms;
    const circumstances = { judgedAt: this.now, restoredAt, tick: `tick-${this.now}` };
    const decision = judge(this.expectation, this.state, this.heard, circumstances);
    if (!decision) return this;
    this.decisions.push(decision);
    this.state = decision.state;
    return this;
  }

  /** Somebody changes something. */
  is(change: (state: SourceState) => SourceState | undefined): this {
    this.state = change(this.state) ?? this.state;
    return this;
  }

  /** What was told of it, in words. */
  get told(): string[] {
    return this.events.filter(({ told }) => told).map(({ kind }) => kind);
  }

  get events() {
    return this.decisions.flatMap(({ events }) => events);
  }
}
