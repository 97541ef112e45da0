/** What share of its repetitions a test goes through. */
const EFFORT = Number(process.env.TEST_EFFORT ?? 1);

/**
 * How often a test is to repeat what it does for the sake of rare cases: `count` times, or fewer where the tests run
 * hundreds of times, once for each mutant (`vitest.mutate.config.ts`).
 */
export function repeated(count: number): number {
  return Math.ceil(count * EFFORT);
}
