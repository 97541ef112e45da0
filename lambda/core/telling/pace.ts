/**
 * The pace of a channel. Few events are told at once, each time; what changes a lot is told in four messages an hour at
 * most, and what is held back is told together, so that what came and went meanwhile is not told at all.
 */
import type { RollEvent } from '../roll/state.ts';

const HOUR = 3_600_000;
/** As many messages go out in an hour of a storm, of which the last ones are so long apart. */
const MOST_AN_HOUR = 4;
const AT_ONCE = 3;
const APART_MS = 20 * 60_000;
/** More events than this in an hour are a storm. */
const STORM = 20;

/** A message that a channel was given, and about how many events. */
export interface Given {
  readonly at: number;
  readonly events: number;
}

/**
 * Whether a channel is given a message now.
 *
 * @param given what it was given before
 * @param events what there is to tell
 */
export function mayTell(given: readonly Given[], events: readonly RollEvent[], now: number): boolean {
  const lately = given.filter(({ at }) => at > now - HOUR);
  if (lately.length < AT_ONCE) return true;
  const told = lately.reduce((sum, one) => sum + one.events, events.length);
  if (told <= STORM) return true;
  const last = Math.max(...lately.map(({ at }) => at));
  return lately.length < MOST_AN_HOUR && now - last >= APART_MS;
}
