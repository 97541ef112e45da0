/** A source of random choices that are the same for the same seed. */
export interface Random {
  /** 0 up to but without 1. */
  readonly fraction: () => number;
  /** A whole number from 0 up to but without `end`. */
  readonly below: (end: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T;
  readonly bytes: (size: number) => Uint8Array;
}

/** mulberry32, with seeds spread so that neighbours have nothing in common. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    bytes: (size) => Uint8Array.from({ length: size }, () => below(256)),
  };
}
