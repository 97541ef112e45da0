import { expect, it } from 'vitest';
import { measureArrivals } from './arrivals.ts';

it('each outage arrives, one after the other', async () => {
  const times = await measureArrivals(2);
  expect(times).toHaveLength(2);
  expect(times[0]).toBeGreaterThan(0);
});
