import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../lambda/core/observe/log.ts';
import type { TickResult } from '../../lambda/watch/tick.ts';
import { createWatch } from '../../lambda/watch/watch.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

/** One invocation with a tick that ends so. @returns its lines, how it failed, and until when the tick may read */
async function invoke(result: TickResult | Error) {
  const lines: LogLine[] = [];
  let giveUpAt = 0;
  const watch = createWatch({
    core: { log: (line) => lines.push(line), stage: 'test', traceId: () => undefined, now: () => NOW },
    tick: async (at) => {
      giveUpAt = at;
      if (result instanceof Error) throw result;
      return result;
    },
  });
  const context = { getRemainingTimeInMillis: () => 55_000, functionVersion: '7', awsRequestId: 'r' };
  const failure = await watch({}, context).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { lines, failure, giveUpAt };
}

describe('an invocation of the watch', () => {
  it('logs one line that says what the tick did, and gives it the time that is left but 15 s', async () => {
    const { lines, failure, giveUpAt } = await invoke({ outcome: 'done', fields: { open: 2 } });
    expect(failure).toBeUndefined();
    expect(lines).toMatchObject([{ message: 'tick', outcome: 'done', open: 2, requestId: 'r', version: '7' }]);
    expect(JSON.stringify(lines)).not.toContain('Untold');
    expect(giveUpAt).toBe(NOW + 40_000);
  });

  it('succeeds when another tick is at work', async () => {
    expect(await invoke({ outcome: 'held' })).toMatchObject({ failure: undefined, lines: [{ outcome: 'held' }] });
  });

  it('fails when it has not read all, which is no failure of ours', async () => {
    const { lines, failure } = await invoke({ outcome: 'behind', fields: { position: 'x' } });
    expect(failure).toMatchObject({
      name: 'BehindError',
      message: expect.stringContaining('goes on at the next tick'),
    });
    expect(lines).toMatchObject([{ message: 'tick', outcome: 'behind', position: 'x' }]);
    expect(lines[0]).not.toHaveProperty('level');
  });

  it('fails as its tick does, and says why', async () => {
    const { lines, failure } = await invoke(new Error('no store'));
    expect(failure).toMatchObject({ message: 'no store' });
    expect(lines).toMatchObject([
      { level: 'ERROR', message: 'tick failed' },
      { message: 'tick', Failed: 1 },
    ]);
  });

  it('counts what is untold for more than two minutes, and nothing younger', async () => {
    const young = await invoke({ outcome: 'done', untoldSince: NOW - 120_000 });
    expect(young.lines[0]).not.toHaveProperty('untoldMs');
    expect(young.lines[0]).not.toHaveProperty('Untold');
    const { lines, failure } = await invoke({ outcome: 'done', untoldSince: NOW - 120_001 });
    expect(lines).toMatchObject([{ untoldMs: 120_001, stage: 'test', Untold: 1 }]);
    expect(failure).toBeUndefined();
  });
});
