import { expect, it } from 'vitest';
import { EMBEDDED } from '../../support/stores.ts';
import { failuresOf, scenario } from './scenario.ts';
import { simulate } from './simulation.ts';

it('tells nothing that is false, twice or late, and misses nothing, whatever happens to it', async () => {
  const dynamo = await EMBEDDED.start();
  const outcome = await simulate(dynamo.endpoint, scenario({ seed: 3, hours: 8, sources: 100 }));
  await dynamo.close();
  expect(failuresOf(outcome)).toEqual([]);
  expect(outcome.truths).toBeGreaterThan(10);
  expect(outcome.kills).toBeGreaterThan(3);
}, 300_000);
