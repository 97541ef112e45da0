import { expect, it } from 'vitest';
import { runKills } from './kills.ts';

it('each outage is told once by the watch, and arrives under one id, wherever a pass is killed (`npm run kills`: 200 times)', async () => {
  const { kills, outages } = await runKills({ kills: 4, seed: 'four' });
  expect(kills).toBe(4);
  expect(outages).toBeGreaterThan(1);
});
