import { describe, expect, it } from 'vitest';
import { acknowledge, expect as expectOf, pause, resume, unexpect } from '../../../lambda/core/roll/requests.ts';
import { expectation, HOUR, MINUTE, NOON, Watched } from './support.ts';

const asked = (at: number) => ({ at, tick: 'request' });

function hourly(): Watched {
  return new Watched({ every: '1h', grace: '5m' }).says().after(MINUTE);
}

describe('expect', () => {
  it('puts a source on the roll that nobody has heard', () => {
    const state = expectOf(undefined, 'backup', expectation({ every: '1h' }), NOON);
    const { expectation: text, ...others } = state ?? {};
    expect(others).toEqual({
      source: 'backup',
      version: 1,
      standing: 'waiting',
      since: NOON,
      baseline: NOON,
      forgivenTo: NOON,
    });
    expect(JSON.parse(text ?? '')).toMatchObject({ every: '1h', grace: '5m' });
  });

  it('changes nothing when it is put again, however its members were ordered', () => {
    const { state } = hourly();
    expect(expectOf(state, 'backup', expectation({ grace: '5m', every: '1h' }), NOON + HOUR)).toBeUndefined();
    const reordered = JSON.stringify({ grace: '5m', every: '1h' });
    const older = { ...state, expectation: reordered };
    expect(expectOf(older, 'backup', expectation({ every: '1h' }), NOON + HOUR)).toBeUndefined();
  });

  it('of a shorter period has nobody down at once', () => {
    const source = new Watched({ every: '1d', grace: '5m' }).says().after(10 * HOUR);
    source.is((state) => expectOf(state, 'backup', expectation({ every: '10m' }), source.now));
    expect(source.after(15 * MINUTE - 1).state.standing).toBe('up');
    expect(source.after(1).state).toMatchObject({ standing: 'down', since: NOON + 10 * HOUR + 10 * MINUTE });
  });

  it('of a shorter run counts from now on', () => {
    const source = new Watched({ every: '1d', maxRun: '5h' }).says({ state: 'start' }).after(4 * HOUR);
    source.is((state) => expectOf(state, 'backup', expectation({ every: '1d', maxRun: '1h' }), source.now));
    expect(source.after(HOUR - 1).state.standing).toBe('up');
    expect(source.after(1).state.outage?.reason).toBe('overdue');
  });

  it.each([
    { description: 'the nightly one' },
    { tags: ['nightly'] },
    { remind: '1h' },
    { channels: ['ops'] },
    { limits: { disk: { max: 1 } } },
    { failures: 3 },
  ])('of %j leaves when it is due as it was', (fields) => {
    const { state } = hourly();
    const next = expectOf(state, 'backup', expectation({ every: '1h', ...fields }), NOON + 30 * MINUTE);
    expect(next?.baseline).toBe(state.baseline);
    expect(next?.version).toBe(state.version + 1);
  });

  it('hides no failure that has not been judged yet', () => {
    const source = hourly().says({ exit: 1 });
    source.now += 1000;
    source.is((state) => expectOf(state, 'backup', expectation({ every: '2h' }), source.now)).after(MINUTE);
    expect(source.state.outage).toMatchObject({ reason: 'failed', startedAt: NOON + MINUTE });
  });

  it('never resumes, and leaves an outage open', () => {
    const paused = pause(hourly().state, asked(NOON + MINUTE));
    expect(expectOf(paused, 'backup', expectation({ every: '2h' }), NOON + HOUR)?.standing).toBe('paused');
    const down = hourly().after(2 * HOUR).state;
    expect(expectOf(down, 'backup', expectation({ every: '1d' }), NOON + 3 * HOUR)?.outage).toBe(down.outage);
  });
});

describe('pause and resume', () => {
  it('change what is expected of a source, once each', () => {
    const { state } = hourly();
    const paused = pause(state, asked(NOON + 2 * MINUTE));
    expect(paused).toMatchObject({ standing: 'paused', pausedBy: 'request', version: state.version + 1 });
    expect(paused?.outbox).toBeUndefined();
    expect(pause(paused, asked(NOON + HOUR))).toBeUndefined();
    const resumed = resume(paused, asked(NOON + 10 * MINUTE));
    expect(resumed).toMatchObject({ standing: 'up', since: NOON + 10 * MINUTE, baseline: NOON + 10 * MINUTE });
    expect(resumed?.pausedBy).toBeUndefined();
    expect(resume(resumed, asked(NOON + HOUR))).toBeUndefined();
    expect(resume(paused, asked(NOON + 10 * HOUR))?.standing).toBe('waiting');
  });

  it('mean nothing where nothing is expected', () => {
    const unwatched = unexpect(hourly().state, asked(NOON));
    expect(pause(undefined, asked(NOON))).toBeUndefined();
    expect(pause(unwatched, asked(NOON))).toBeUndefined();
    expect(resume(undefined, asked(NOON))).toBeUndefined();
    expect(resume(unwatched, asked(NOON))).toBeUndefined();
  });

  it('asked for in a maintenance window outlasts it', () => {
    const windows = [{ cron: '0 14 * * 1', for: '2h' }];
    const source = new Watched({ every: '1h', windows }).says().after(2 * HOUR);
    expect(source.state.pausedBy).toBe('window');
    source.is((state) => pause(state, asked(source.now))).after(10 * HOUR);
    expect(source.state).toMatchObject({ standing: 'paused', pausedBy: 'request' });
  });
});

describe('unexpect', () => {
  it('forgets all but what was heard, and what is still to be told', () => {
    const { state } = hourly();
    expect(unexpect(state, asked(NOON + HOUR))).toEqual({
      source: 'backup',
      version: state.version + 1,
      standing: 'unwatched',
      since: NOON + HOUR,
      lastContact: NOON,
    });
    expect(unexpect(undefined, asked(NOON))).toBeUndefined();
    expect(unexpect(unexpect(state, asked(NOON)), asked(NOON))).toBeUndefined();
  });

  it('followed by an expectation is a new beginning: what was before is not held against it', () => {
    const source = hourly()
      .says({ exit: 1 })
      .after(MINUTE)
      .is((state) => unexpect(state, asked(NOON + 3 * MINUTE)));
    source.is((state) => expectOf(state, 'backup', expectation({ every: '1h' }), NOON + 4 * MINUTE));
    expect(source.after(30 * MINUTE).state).toMatchObject({ standing: 'up' });
    source.says({ exit: 1 }).after(MINUTE);
    expect(source.told).toEqual(['opened', 'opened']);
  });
});

describe('acknowledge', () => {
  it('is of the open outage, by the first who does', () => {
    const down = hourly().after(2 * HOUR).state;
    const once = acknowledge(down, { at: NOON + 3 * HOUR, by: 'ana', outage: down.outage?.id });
    expect(once).toMatchObject({ version: down.version + 1, outage: { acknowledgedAt: NOON + 3 * HOUR } });
    expect(acknowledge(once, { at: NOON + 4 * HOUR, by: 'ben' })).toBeUndefined();
    expect(acknowledge(down, { at: NOON, outage: 'another' })).toBeUndefined();
    expect(acknowledge(hourly().state, { at: NOON })).toBeUndefined();
    expect(acknowledge(undefined, { at: NOON })).toBeUndefined();
    expect(acknowledge(down, { at: NOON })?.outage).not.toHaveProperty('acknowledgedBy');
  });
});
