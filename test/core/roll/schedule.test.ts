import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRON_ALLOWED, type Expectation } from '../../../lambda/core/roll/expectation.ts';
import { checkSchedule, dueAt, nextAfter } from '../../../lambda/core/roll/schedule.ts';
import { repeated } from '../../support/effort.ts';
import { expectation, HOUR, MINUTE, NOON } from './support.ts';

describe('checkSchedule', () => {
  it.each<[Parameters<typeof expectation>[0], string]>([
    [{}, 'every'],
    [{ every: '1h', cron: '0 0 * * *' }, 'cron'],
    [{ every: '1h', tz: 'UTC' }, 'tz'],
    [{ cron: '0 0 30 2 *' }, 'cron'],
    [{ cron: '* * * * * *' }, 'cron'],
    [
      {
        every: '1h',
        windows: [
          { cron: '@daily', for: '1h' },
          { cron: '@reboot', for: '1h' },
        ],
      },
      'windows.1.cron',
    ],
  ])('refuses %j', (fields, field) => {
    expect(checkSchedule(expectation(fields))?.field).toBe(field);
  });

  it('says what is allowed', () => {
    expect(checkSchedule(expectation({ cron: 'daily' }))).toEqual({ field: 'cron', allowed: CRON_ALLOWED });
  });

  it.each<[Parameters<typeof expectation>[0]]>([
    [{ every: 'PT1M' }],
    [{ cron: '30 2 * * 1-5', tz: 'Europe/Madrid', windows: [{ cron: '0 3 * * 0', for: '2h' }] }],
  ])('takes %j', (fields) => {
    expect(checkSchedule(expectation(fields))).toBeUndefined();
  });
});

describe('dueAt', () => {
  const daily = expectation({ cron: '0 14 * * *', early: '10m' });
  const due = NOON + 2 * HOUR;

  it('is a period after the last answer, or after the source was expected anew, if that is later', () => {
    const hourly = expectation({ every: '1h', early: '30m' });
    expect(dueAt(hourly, {})).toBeUndefined();
    expect(dueAt(hourly, { lastContact: NOON })).toBe(NOON + HOUR);
    expect(dueAt(hourly, { lastContact: NOON, baseline: NOON + 1 })).toBe(NOON + HOUR + 1);
    expect(dueAt(hourly, { lastContact: NOON, baseline: NOON - 1 })).toBe(NOON + HOUR);
    expect(dueAt(daily, { baseline: due - MINUTE })).toBe(due);
  });

  it.each([
    [-11 * MINUTE, 0],
    [-10 * MINUTE, 24 * HOUR],
    [-1, 24 * HOUR],
    [0, 24 * HOUR],
    [HOUR, 24 * HOUR],
  ])('after an answer %d ms from a time is %d ms from it', (answer, next) => {
    expect(dueAt(daily, { lastContact: due + answer })).toBe(due + next);
  });

  it('never takes an answer for early that is nearer to the time before, or for two times', () => {
    const quarterly = expectation({ cron: '*/15 * * * *', early: '1d' });
    expect(dueAt(quarterly, { lastContact: NOON + MINUTE })).toBe(NOON + 15 * MINUTE);
    expect(dueAt(quarterly, { lastContact: NOON + 8 * MINUTE })).toBe(NOON + 30 * MINUTE);
    const minutely = expectation({ cron: '* * * * *' });
    expect(dueAt(minutely, { lastContact: NOON + 20_000 })).toBe(NOON + MINUTE);
    expect(dueAt(minutely, { lastContact: NOON + 40_000 })).toBe(NOON + 2 * MINUTE);
  });

  it('is after the answer, never earlier for a later one, and skips one time at most', () => {
    const crons = fc.constantFrom('* * * * *', '*/15 * * * *', '0 2,14 * * 1-5', '30 2 * * *', '0 0 1 * *');
    const zones = fc.constantFrom('UTC', 'Europe/Madrid', 'Australia/Lord_Howe');
    const earlies = fc.constantFrom('0m', '1m', '1h', '1d', '366d');
    const answers = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') });
    fc.assert(
      fc.property(crons, zones, earlies, answers, fc.nat(3 * HOUR), (cron, tz, early, answer, more) => {
        const one: Expectation = expectation({ cron, tz, early });
        const next = dueAt(one, { lastContact: answer }) ?? 0;
        const first = nextAfter(one, answer);
        expect([first, nextAfter(one, first)]).toContain(next);
        expect(dueAt(one, { lastContact: answer + more })).toBeGreaterThanOrEqual(next);
      }),
      { numRuns: repeated(1000) },
    );
  });
});
