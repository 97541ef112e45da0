import { describe, expect, it } from 'vitest';
import { fold } from '../../../lambda/core/roll/heard.ts';
import { enter, judge, nextDue, standingNow } from '../../../lambda/core/roll/judge.ts';
import { acknowledge, expect as expectOf, pause, resume, unexpect } from '../../../lambda/core/roll/requests.ts';
import { isId, microsOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { expectation, HOUR, heardOf, MINUTE, NOON, record, Watched } from './support.ts';

/** Every hour, five minutes of grace; it has answered at noon, and was found up a minute later. */
function hourly(fields: Partial<Parameters<typeof expectation>[0]> = {}): Watched {
  return new Watched({ every: '1h', grace: '5m', ...fields }).says().after(MINUTE);
}

describe('a source that waits', () => {
  it('is up with its first contact, and nobody is told', () => {
    const source = new Watched({ every: '1h' });
    expect(source.state.standing).toBe('waiting');
    source.after(MINUTE).says({}, 30_000).after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'up', since: NOON + MINUTE - 30_000, version: 2 });
    expect(source.events).toEqual([]);
  });

  it('waits for ever if it never says anything, and a log is nothing', () => {
    const source = new Watched({ every: '1m' })
      .after(48 * HOUR)
      .says({ state: 'log' })
      .after(48 * HOUR);
    expect(source.state).toMatchObject({ standing: 'waiting', version: 1 });
    expect(nextDue(source.expectation, source.state, source.heard, source.now)).toBeUndefined();
  });

  it('is up if what it said before it was expected is enough', () => {
    const unwatched = enter('backup', { runs: {}, values: {}, lastContact: NOON - 10 * MINUTE }, NOON);
    expect(expectOf(unwatched, 'backup', expectation({ every: '1h' }), NOON)?.standing).toBe('up');
    expect(expectOf(unwatched, 'backup', expectation({ every: '2m' }), NOON)?.standing).toBe('waiting');
  });

  it('counts a period from a first contact that is only a start', () => {
    const source = new Watched({ every: '1h', grace: '5m' })
      .after(48 * HOUR)
      .says({ state: 'start' })
      .after(0);
    expect(source.state.standing).toBe('up');
    source.after(64 * MINUTE);
    expect(source.state.standing).toBe('up');
    source.after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'down', outage: { reason: 'silent', startedAt: NOON + 49 * HOUR } });
  });

  it('that was heard before and does not answer after a pause is down a period after it', () => {
    const source = hourly().is((state) => pause(state, { at: NOON + MINUTE, tick: 'p' }));
    source.after(10 * HOUR).is((state) => resume(state, { at: source.now, tick: 'r' }));
    expect(source.state).toMatchObject({ standing: 'waiting', baseline: source.now });
    source.after(64 * MINUTE);
    expect(source.state.standing).toBe('waiting');
    source.after(MINUTE);
    expect(source.state.standing).toBe('down');
  });
});

describe('silence', () => {
  it('is told when grace has passed, to the millisecond, and began when it was due', () => {
    const source = hourly().after(64 * MINUTE - 1);
    expect(source.state.standing).toBe('up');
    expect(standingNow(source.expectation, source.state, source.heard, source.now)).toBe('late');
    source.after(1);
    const [event] = source.events;
    expect(source.state).toMatchObject({ standing: 'down', since: NOON + HOUR, lastContact: NOON });
    expect(source.decisions.at(-1)?.confirm).toBe(true);
    expect(event).toMatchObject({
      kind: 'opened',
      told: true,
      at: NOON + 65 * MINUTE,
      outage: { reason: 'silent', startedAt: NOON + HOUR, toldAt: NOON + 65 * MINUTE },
    });
    expect(source.state.outbox).toEqual({ [event?.id ?? '']: event });
  });

  it('has an outage whose id is a UUIDv7 of its beginning, the same whoever decides', () => {
    const one = hourly().after(64 * MINUTE).state.outage;
    const other = hourly().after(20 * HOUR).state.outage;
    expect(isId(one?.id ?? '')).toBe(true);
    expect(microsOf(one?.id ?? '')).toBe((NOON + HOUR) * 1000);
    expect(other?.id).toBe(one?.id);
  });

  it('is nothing, if the index knows of an answer that was not read; what it has read itself changes nothing', () => {
    const { expectation: expected, state, heard } = hourly();
    const at = { judgedAt: NOON + 65 * MINUTE, tick: 't' };
    const first = judge(expected, state, heard, at);
    expect(first?.confirm).toBe(true);
    const known = record({ at: NOON - MINUTE });
    expect(judge(expected, state, fold(heard, known), at)).toEqual(first);
    const unread = record({ at: NOON + 64 * MINUTE });
    expect(judge(expected, state, fold(heard, unread), at)).toBeUndefined();
  });

  it('is decided alike by two ticks at once, whatever they are called, but for that', () => {
    const { expectation: expected, state, heard } = hourly();
    const [one, other] = ['a', 'b'].map((tick) =>
      judge(expected, state, heard, { judgedAt: NOON + 65 * MINUTE, tick }),
    );
    expect(Object.keys(one?.state.outbox ?? {})).toEqual(Object.keys(other?.state.outbox ?? {}));
    expect(one?.state.outage).toEqual(other?.state.outage);
    expect(one?.state.version).toBe(state.version + 1);
  });

  it('is resolved by an answer, with its length', () => {
    const source = hourly()
      .after(70 * MINUTE)
      .says({}, 20_000)
      .after(MINUTE);
    expect(source.told).toEqual(['opened', 'resolved']);
    const endedAt = NOON + 71 * MINUTE - 20_000;
    expect(source.state).toMatchObject({ standing: 'up', since: endedAt, lastOutage: { endedAt, endedBy: 'answer' } });
    expect(source.state.outage).toBeUndefined();
    expect(source.events.at(-1)?.outage).toMatchObject({ startedAt: NOON + HOUR, endedAt });
  });

  it('is not ended by a start, a log or a failure', () => {
    const source = hourly({ failures: 3 }).after(70 * MINUTE);
    source.says({ state: 'start' }).says({ state: 'log' }).says({ state: 'fail' }).after(MINUTE);
    expect(source.state.standing).toBe('down');
  });

  it('needs as many answers as are asked for, and those before it do not count', () => {
    const source = hourly({ recoveries: 2 })
      .says()
      .says()
      .after(70 * MINUTE);
    source.says().after(MINUTE);
    expect(source.state.standing).toBe('down');
    source.says().after(MINUTE);
    expect(source.state.standing).toBe('up');
  });

  it('is judged min(period, 10 min) and grace after records came again', () => {
    const restoredAt = NOON + 3 * HOUR;
    const source = hourly().after(3 * HOUR + 13 * MINUTE, restoredAt);
    expect(source.state.standing).toBe('up');
    expect(source.after(MINUTE, restoredAt).state.outage?.startedAt).toBe(NOON + HOUR);
    const minutely = new Watched({ every: '1m', grace: '1m' }).says().after(MINUTE);
    expect(minutely.after(10 * HOUR, NOON + 10 * HOUR).state.standing).toBe('up');
    expect(minutely.after(MINUTE, NOON + 10 * HOUR).state.standing).toBe('down');
  });
});

describe('failures', () => {
  it.each([{ state: 'fail' } as const, { exit: 2 }, { state: 'success', exit: 1 } as const])('%j is one', (said) => {
    const source = hourly().says(said).after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'down', outage: { reason: 'failed', startedAt: NOON + MINUTE } });
    expect(source.state.outage?.detail).toBe(said.exit === undefined ? undefined : `exit ${said.exit}`);
    expect(source.decisions.at(-1)?.confirm).toBe(false);
  });

  it('are an outage when as many came in a row as are asked for, from the first of them on', () => {
    const source = hourly({ failures: 3 }).says({ exit: 1 }).after(MINUTE).says({ exit: 1 }).after(MINUTE);
    expect(source.state.standing).toBe('up');
    source.says({ exit: 3 }).after(MINUTE);
    expect(source.state.outage).toMatchObject({ startedAt: NOON + MINUTE, detail: 'exit 3' });
    source.says({ exit: 0 }).after(MINUTE);
    expect(source.told).toEqual(['opened', 'resolved']);
  });

  it('are forgotten by a success between', () => {
    const source = hourly({ failures: 2 }).says({ exit: 1 }).says().says({ exit: 1 }).after(MINUTE);
    expect(source.state.standing).toBe('up');
  });

  it('end with as many successes in a row as are asked for, however they are read', () => {
    const atOnce = hourly({ failures: 2, recoveries: 2 });
    for (const exit of [1, 1, 0, 1, 0]) atOnce.says({ exit });
    expect(atOnce.after(MINUTE).state.standing).toBe('down');
    expect(atOnce.says().after(MINUTE).state.standing).toBe('up');
  });

  it('that were during a pause are held against nobody', () => {
    const source = hourly().is((state) => pause(state, { at: NOON, tick: 'p' }));
    source
      .says({ exit: 1 })
      .after(HOUR)
      .is((state) => resume(state, { at: source.now, tick: 'r' }));
    source.after(MINUTE);
    expect(source.state.standing).toBe('up');
    source.says({ exit: 1 }).after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'down', outage: { startedAt: NOON + MINUTE + HOUR } });
  });
});

describe('runs', () => {
  const daily = { cron: '30 2 * * *', grace: '10m', maxRun: '40m' };
  const due = Date.parse('2026-06-02T02:30Z');

  it('that begin in time and end late are fine', () => {
    const source = new Watched(daily).says().after(MINUTE);
    source
      .after(due - source.now)
      .says({ state: 'start' })
      .after(39 * MINUTE);
    expect(source.state.standing).toBe('up');
    source.says().after(MINUTE);
    expect(source.events).toEqual([]);
    expect(nextDue(source.expectation, source.state, source.heard, source.now)).toBe(due + 24 * HOUR);
  });

  it('that do not end are overdue from then on', () => {
    const source = new Watched(daily).says().after(MINUTE);
    source
      .after(due - source.now)
      .says({ state: 'start' })
      .after(HOUR);
    expect(source.state).toMatchObject({ outage: { reason: 'overdue', startedAt: due + 40 * MINUTE } });
    expect(source.decisions.at(-1)?.confirm).toBe(true);
    source.says().after(MINUTE);
    expect(source.told).toEqual(['opened', 'resolved']);
  });

  it('are silent if they began and no longest time is known: a start is no answer', () => {
    const source = new Watched({ cron: '30 2 * * *', grace: '10m' }).says().after(MINUTE);
    source
      .after(due - source.now)
      .says({ state: 'start' })
      .after(10 * MINUTE);
    expect(source.state).toMatchObject({ outage: { reason: 'silent', startedAt: due } });
  });

  it('hide no other that hangs, and one that was left is told once', () => {
    const source = hourly({ maxRun: '30m' }).says({ state: 'start', run: 'a' });
    source
      .after(20 * MINUTE)
      .says({ state: 'start', run: 'b' })
      .says({ run: 'b' })
      .after(10 * MINUTE);
    expect(source.state).toMatchObject({ outage: { reason: 'overdue', startedAt: NOON + 31 * MINUTE } });
    source
      .says({ run: 'c' })
      .after(MINUTE)
      .says({ run: 'd' })
      .after(30 * MINUTE);
    expect(source.told).toEqual(['opened', 'resolved']);
  });

  it('that begin again and again without an end are overdue since the first began', () => {
    const source = new Watched({ every: '5m', maxRun: '10m' }).says();
    for (let i = 0; i < 3; i++) source.says({ state: 'start' }).after(5 * MINUTE);
    expect(source.state).toMatchObject({ outage: { reason: 'overdue', startedAt: NOON + 10 * MINUTE } });
  });

  it('hold off silence while the last of them is at work, and no longer', () => {
    const source = new Watched({ every: '10m', grace: '1m', maxRun: '40m' }).says({ state: 'start' });
    expect(source.after(39 * MINUTE).state.standing).toBe('up');
    expect(source.after(MINUTE).state.outage?.reason).toBe('overdue');
  });

  it('that hang for days do not hide that others have stopped', () => {
    const source = new Watched({ every: '10m', grace: '1m', maxRun: '1d' }).says({ state: 'start', run: 'hangs' });
    source
      .after(MINUTE)
      .says({ run: 'other' })
      .after(11 * MINUTE);
    expect(source.state.outage?.reason).toBe('silent');
  });
});

describe('values', () => {
  const limits = { disk: { max: 90, of: 2 }, free: { min: 5 } };

  it('beyond their limit so often in a row affect a source, which is up', () => {
    const source = hourly({ limits })
      .says({ values: { disk: 91 } })
      .after(MINUTE);
    expect(source.state.standing).toBe('up');
    source.says({ values: { disk: 93.5 } }).after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'affected', since: NOON + MINUTE });
    expect(source.state.outage).toMatchObject({ reason: 'limit', detail: 'disk = 93.5, at most 90' });
    source
      .says()
      .says({ values: { other: 1 } })
      .after(MINUTE);
    expect(source.state.standing).toBe('affected');
    source.says({ values: { disk: 90 } }).after(MINUTE);
    expect(source.told).toEqual(['opened', 'resolved']);
  });

  it('are told together, and below as above', () => {
    const source = hourly({ limits: { disk: { max: 90 }, free: { min: 5 } } });
    source.says({ values: { disk: 99, free: 1 } }).after(MINUTE);
    expect(source.state.outage?.detail).toBe('disk = 99, at most 90; free = 1, at least 5');
    source.says({ values: { disk: 1 } }).after(MINUTE);
    expect(source.state.standing).toBe('affected');
    expect(source.says({ values: { free: 6 } }).after(MINUTE).state.standing).toBe('up');
  });

  it('of a limit that is no longer there affect nobody, and nobody is told', () => {
    const source = hourly({ limits })
      .says({ values: { free: 1 } })
      .after(MINUTE);
    source.is((state) => expectOf(state, 'backup', expectation({ every: '1h' }), source.now)).after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'up', lastOutage: { endedBy: 'removal' } });
    expect(source.told).toEqual(['opened']);
  });

  it('are judged anew by a limit that has changed: by the last one alone', () => {
    const source = hourly({ limits: { disk: { max: 90 } } });
    source
      .says({ values: { disk: 80 } })
      .says({ values: { disk: 85 } })
      .after(MINUTE);
    const stricter = (of: number) => expectation({ every: '1h', limits: { disk: { max: 70, of } } });
    const { state, heard } = source;
    const at = { judgedAt: source.now, tick: 't' };
    expect(judge(stricter(1), state, heard, at)?.state.standing).toBe('affected');
    expect(judge(stricter(2), state, heard, at)).toBeUndefined();
  });

  it('end as worse when the source is down, and are an outage again when it is up', () => {
    const source = hourly({ limits })
      .says({ values: { free: 1 } })
      .after(MINUTE)
      .after(2 * HOUR);
    expect(source.events.map(({ kind, told, outage }) => [kind, told, outage.reason])).toEqual([
      ['opened', true, 'limit'],
      ['resolved', false, 'limit'],
      ['opened', true, 'silent'],
    ]);
    expect(source.state.lastOutage).toMatchObject({ endedBy: 'worse', endedAt: source.state.outage?.startedAt });
    source.says().after(MINUTE);
    expect(source.state.standing).toBe('affected');
    expect(new Set(source.events.map(({ outage }) => outage.id)).size).toBe(3);
  });
});

describe('an outage', () => {
  it('is reopened, with the same id, if the last one ended less than 10 minutes ago', () => {
    const source = hourly()
      .says({ exit: 1 })
      .after(MINUTE)
      .says()
      .after(9 * MINUTE)
      .says({ exit: 2 })
      .after(MINUTE);
    expect(source.told).toEqual(['opened', 'resolved', 'reopened']);
    expect(source.events.at(-1)?.outage.id).toBe(source.events[0]?.outage.id);
    expect(source.state.outage).toMatchObject({ startedAt: NOON + MINUTE, detail: 'exit 2' });
    expect(source.says().after(MINUTE).state.standing).toBe('up');
  });

  it('is another one later', () => {
    const source = hourly()
      .says({ exit: 1 })
      .after(MINUTE)
      .says()
      .after(10 * MINUTE)
      .says({ exit: 2 })
      .after(MINUTE);
    expect(source.told).toEqual(['opened', 'resolved', 'opened']);
    expect(source.events.at(-1)?.outage.id).not.toBe(source.events[0]?.outage.id);
  });

  it('is told again as often as is asked for, until somebody has acknowledged it', () => {
    const source = hourly({ remind: '30m' })
      .after(64 * MINUTE)
      .after(30 * MINUTE - 1);
    expect(source.told).toEqual(['opened']);
    source
      .after(1)
      .after(29 * MINUTE)
      .after(MINUTE);
    expect(source.told).toEqual(['opened', 'reminded', 'reminded']);
    expect(Object.values(source.state.outbox ?? {}).map(({ kind }) => kind)).toEqual(['opened', 'reminded']);
    source.is((state) => acknowledge(state, { at: source.now, by: 'ana' })).after(HOUR);
    expect(source.told).toHaveLength(3);
    expect(source.state.outage).toMatchObject({ acknowledgedBy: 'ana', acknowledgedAt: source.now - HOUR });
  });
});

describe('flapping', () => {
  function flapped(): Watched {
    const source = hourly();
    for (let i = 0; i < 6; i++) source.says({ exit: 1 }).after(MINUTE).says().after(MINUTE);
    return source;
  }

  it('is told once, after more than 6 changes in an hour; then nothing is', () => {
    expect(flapped().told).toEqual(['opened', 'resolved', 'reopened', 'resolved', 'reopened', 'resolved', 'flapping']);
    expect(flapped().events.filter(({ told }) => !told)).toHaveLength(6);
  });

  it('ends after 30 steady minutes, and it is told how it stands', () => {
    const up = flapped().after(30 * MINUTE - 1);
    expect(up.told.at(-1)).toBe('flapping');
    up.after(1).after(MINUTE);
    expect(up.told.at(-1)).toBe('steady');
    expect(up.events.at(-1)?.outage.endedAt).toBeDefined();
    const down = flapped()
      .says({ exit: 1 })
      .after(MINUTE)
      .after(30 * MINUTE)
      .says()
      .after(MINUTE);
    expect(down.told.slice(-2)).toEqual(['steady', 'resolved']);
  });

  it('reminds nobody', () => {
    const source = hourly({ remind: '5m' });
    for (let i = 0; i < 4; i++) source.says({ exit: 1 }).after(MINUTE).says().after(MINUTE);
    source
      .says({ exit: 1 })
      .after(MINUTE)
      .after(20 * MINUTE);
    expect(source.told.at(-1)).toBe('flapping');
  });

  it('is not what happens in more than an hour', () => {
    const source = hourly();
    for (let i = 0; i < 10; i++)
      source
        .says({ exit: 1 })
        .after(MINUTE)
        .says()
        .after(20 * MINUTE);
    expect(source.told).not.toContain('flapping');
  });

  it('does not let the outbox grow while nobody takes from it', () => {
    const source = hourly();
    for (let i = 0; i < 500; i++) source.says({ exit: 1 }).after(MINUTE).says().after(MINUTE);
    expect(Object.keys(source.state.outbox ?? {}).length).toBeLessThan(12);
  });
});

describe('a pause', () => {
  it('ends an open outage, and nobody is told', () => {
    const source = hourly()
      .after(70 * MINUTE)
      .is((state) => pause(state, { at: NOON + 2 * HOUR, tick: 'p' }));
    expect(source.state).toMatchObject({
      standing: 'paused',
      pausedBy: 'request',
      lastOutage: { endedAt: NOON + 2 * HOUR, endedBy: 'pause' },
    });
    const last = Object.values(source.state.outbox ?? {}).at(-1);
    expect(last).toMatchObject({ kind: 'resolved', told: false, outage: { endedBy: 'pause' } });
    expect(source.after(48 * HOUR).state.standing).toBe('paused');
    expect(standingNow(source.expectation, source.state, source.heard, source.now)).toBe('paused');
    expect(nextDue(source.expectation, source.state, source.heard, source.now)).toBeUndefined();
  });
});

describe('a maintenance window', () => {
  // On Mondays from 14 to 16; NOON is a Monday's.
  const windows = [{ cron: '0 14 * * 1', for: '2h' }];

  it('pauses from its beginning to its end, and the source has a period from then', () => {
    const source = hourly({ windows })
      .after(30 * MINUTE)
      .says()
      .after(89 * MINUTE);
    expect(source.state).toMatchObject({ standing: 'paused', since: NOON + 2 * HOUR, pausedBy: 'window' });
    source.after(119 * MINUTE);
    expect(source.state.standing).toBe('paused');
    source.after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'waiting', since: NOON + 4 * HOUR, baseline: NOON + 4 * HOUR });
    source.after(64 * MINUTE);
    expect(source.state.standing).toBe('waiting');
    source.after(MINUTE);
    expect(source.state).toMatchObject({ standing: 'down', since: NOON + 5 * HOUR });
    expect(source.told).toEqual(['opened']);
  });

  it('counts although the watch saw nothing of it', () => {
    const source = hourly({ windows })
      .after(30 * MINUTE)
      .says()
      .after(4 * HOUR);
    expect(source.state.standing).toBe('up');
    expect(source.after(34 * MINUTE).state.outage?.startedAt).toBe(NOON + 5 * HOUR);
  });

  it('ends an outage although the watch saw nothing of it', () => {
    const source = hourly({ windows })
      .says({ exit: 1 })
      .after(MINUTE)
      .after(5 * HOUR - 2 * MINUTE);
    expect(source.state).toMatchObject({
      standing: 'waiting',
      since: NOON + 4 * HOUR,
      lastOutage: { endedAt: NOON + 2 * HOUR, endedBy: 'pause' },
    });
    expect(source.told).toEqual(['opened']);
  });

  it('that is put while an outage is open does not end it afterwards', () => {
    const source = hourly()
      .says({ exit: 1 })
      .after(5 * HOUR);
    source.is((state) => expectOf(state, 'backup', expectation({ every: '1h', windows }), source.now)).after(MINUTE);
    expect(source.state.standing).toBe('down');
  });

  it('is not ended by a watch whose clock is behind, nor by a resume', () => {
    const source = hourly({ windows }).after(119 * MINUTE);
    expect(source.state.standing).toBe('paused');
    expect(source.after(-2000).state.standing).toBe('paused');
    expect(resume(source.state, { at: source.now, tick: 'r' })).toBeUndefined();
  });

  it('ends when it is no longer expected', () => {
    const source = hourly({ windows }).after(2 * HOUR);
    source.is((state) => expectOf(state, 'backup', expectation({ every: '1h' }), source.now)).after(MINUTE);
    expect(source.state.standing).toBe('waiting');
  });

  it('leaves a pause that was asked for alone', () => {
    const source = hourly({ windows })
      .is((state) => pause(state, { at: NOON + MINUTE, tick: 'p' }))
      .after(5 * HOUR);
    expect(source.state).toMatchObject({ standing: 'paused', pausedBy: 'request' });
  });
});

describe('a source of which nothing is expected', () => {
  it('enters by itself, and its last contact is noted once an hour', () => {
    const heard = heardOf([{ at: NOON }]);
    const state = enter('cron', heard ?? { runs: {}, values: {} }, NOON + 30_000);
    expect(state).toEqual({ source: 'cron', version: 1, standing: 'unwatched', since: NOON, lastContact: NOON });
    const later = (at: number) => judge(undefined, state, heardOf([{ at }]), { judgedAt: at, tick: 't' });
    expect(later(NOON + HOUR - 1)).toBeUndefined();
    expect(later(NOON + HOUR)).toEqual({
      state: { ...state, version: 2, lastContact: NOON + HOUR },
      events: [],
      confirm: false,
    });
    expect(judge(undefined, state, undefined, { judgedAt: NOON, tick: 't' })).toBeUndefined();
    expect(standingNow(undefined, state, undefined, NOON + 48 * HOUR)).toBe('unwatched');
  });

  it('has no outage any more, and nobody is told', () => {
    const source = hourly()
      .after(2 * HOUR)
      .is((state) => unexpect(state, { at: NOON + 3 * HOUR, tick: 'd' }));
    const { outbox = {}, ...state } = source.state;
    expect(state).toMatchObject({ standing: 'unwatched', lastOutage: { endedBy: 'removal' } });
    expect(Object.values(outbox).map(({ kind, told }) => [kind, told])).toEqual([
      ['opened', true],
      ['resolved', false],
    ]);
    expect(state.expectation).toBeUndefined();
  });
});
