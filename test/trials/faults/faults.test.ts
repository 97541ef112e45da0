import { describe, expect, it } from 'vitest';
import type { Deps } from '../../../lambda/api/deps.ts';
import type { Mutate } from './process.ts';
import { FAULTS } from './proxy.ts';
import { runSchedules } from './run.ts';
import type { Outcome } from './schedule.ts';

/** `npm run soak` runs 10,000. */
const SCHEDULES = 250;
/** A mutation that so many schedules do not catch is not caught. */
const ENOUGH = 100;
/** So long that only what hangs is given up, however busy the machine is. */
const PATIENT_MS = 1500;

function describeFailure({ seed, violations }: Outcome): string {
  return `${violations.join('; ')}; again: npm run soak -- --seed ${seed}`;
}

describe('under faults between the function and its store', () => {
  it(`nothing acknowledged is lost, nothing is there twice or unasked, in ${SCHEDULES} schedules`, async () => {
    const summary = await runSchedules({ first: 0, count: SCHEDULES });
    expect(summary.failed.map(describeFailure)).toEqual([]);
    expect(summary.schedules).toBe(SCHEDULES);
    expect(summary.falseFailuresAcknowledged).toBe(summary.falseFailures);
    // What was to be tested has happened.
    for (const fault of FAULTS) expect(summary.faults[fault], fault).toBeGreaterThan(SCHEDULES / 20);
    expect(summary.falseFailures).toBeGreaterThan(SCHEDULES / 20);
    expect(summary.replayed).toBeGreaterThan(SCHEDULES / 5);
    expect(summary.refused).toBeGreaterThan(SCHEDULES / 20);
  }, 180_000);

  // They wait most of their time, for what hangs; together they wait once.
  it.concurrent('a schedule is the same each time', async () => {
    const traces = async () => {
      const found = new Map<number, readonly string[]>();
      const onOutcome = ({ seed, trace }: Outcome) => found.set(seed, trace).size > 0;
      await runSchedules({ first: 7, count: 10, attemptMs: PATIENT_MS, onOutcome });
      return found;
    };
    const [once, again] = await Promise.all([traces(), traces()]);
    expect(once).toEqual(again);
    expect(once.size).toBe(10);
  });

  const mutations: readonly [string, Mutate][] = [
    [
      'takes each key for a new one',
      ({ idempotencyKeys }: Deps) => ({
        idempotencyKeys: {
          claim: (key, record) => idempotencyKeys.claim(`${key}${record.id}`, record),
        },
      }),
    ],
    [
      'writes a new record on each retry',
      ({ idempotencyKeys }) => ({
        idempotencyKeys: { claim: (key, record) => idempotencyKeys.claim(key, record).then(() => record) },
      }),
    ],
    [
      'acknowledges a write that failed',
      ({ timestamps }) => ({
        timestamps: { ...timestamps, put: (record) => timestamps.put(record).catch(() => {}) },
      }),
    ],
    [
      'leaves it to the first request with a key to write the record',
      ({ timestamps, idempotencyKeys }) => {
        const ofOthers = new Set<string>();
        return {
          idempotencyKeys: {
            claim: async (key, record) => {
              const claimed = await idempotencyKeys.claim(key, record);
              if (claimed.id !== record.id) ofOthers.add(claimed.id);
              return claimed;
            },
          },
          timestamps: {
            ...timestamps,
            put: async (record) => (ofOthers.has(record.id) ? undefined : timestamps.put(record)),
          },
        };
      },
    ],
    [
      'writes the record before its key',
      ({ timestamps, idempotencyKeys }) => ({
        idempotencyKeys: {
          claim: async (key, record) => {
            await timestamps.put(record);
            return idempotencyKeys.claim(key, record);
          },
        },
      }),
    ],
  ];
  it.concurrent.each(mutations)('a function that %s is caught', async (_, mutate) => {
    const { failed } = await runSchedules({
      first: 0,
      count: ENOUGH,
      mutate,
      onOutcome: ({ violations }) => violations.length === 0,
    });
    expect(failed).not.toEqual([]);
  });
});
