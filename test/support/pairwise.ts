/** A choice: for each factor, by its position, which of its levels is taken. */
export type Row = readonly number[];

/** Two levels of two factors, the lower factor first. */
interface Pair {
  readonly factors: readonly [number, number];
  readonly levels: readonly [number, number];
}

/**
 * Rows in which every two levels of every two factors come together once at least, as far as that is allowed: greedy, and
 * the same each time.
 *
 * @param sizes how many levels each factor has; the first is the one that changes nothing
 * @param isAllowed whether a row may be
 */
export function pairwise(sizes: readonly number[], isAllowed: (row: Row) => boolean): readonly Row[] {
  const wanted = new Map(pairsOf(sizes).map((pair) => [keyOf(pair), pair]));
  const rows: Row[] = [];
  for (const seed of wanted.values()) {
    const row = rowWith(seed, sizes, (pair) => wanted.has(keyOf(pair)), isAllowed);
    wanted.delete(keyOf(seed));
    if (row === undefined) continue;
    rows.push(row);
    for (const pair of pairsIn(row)) wanted.delete(keyOf(pair));
  }
  return rows;
}

/** A row with the pair, and with as many others that are wanted as a first look finds; undefined if it may not be. */
function rowWith(
  seed: Pair,
  sizes: readonly number[],
  isWanted: (pair: Pair) => boolean,
  isAllowed: (row: Row) => boolean,
): Row | undefined {
  const row = sizes.map(() => 0);
  const chosen = [...seed.factors];
  seed.factors.forEach((factor, side) => {
    row[factor] = seed.levels[side] ?? 0;
  });
  if (!isAllowed(row)) return undefined;
  for (const [factor, size] of sizes.entries()) {
    if (seed.factors.includes(factor)) continue;
    const gainOf = (level: number) =>
      chosen.filter((other) => isWanted(pairOf([factor, level], [other, row[other] ?? 0]))).length;
    const levels = Array.from({ length: size }, (_, level) => level).filter((level) =>
      isAllowed(row.with(factor, level)),
    );
    row[factor] = levels.reduce((best, level) => (gainOf(level) > gainOf(best) ? level : best), 0);
    chosen.push(factor);
  }
  return row;
}

function pairsOf(sizes: readonly number[]): Pair[] {
  return sizes.flatMap((size, factor) =>
    sizes
      .slice(factor + 1)
      .flatMap((otherSize, offset) =>
        Array.from({ length: size * otherSize }, (_, i) =>
          pairOf([factor, Math.floor(i / otherSize)], [factor + 1 + offset, i % otherSize]),
        ),
      ),
  );
}

function pairsIn(row: Row): Pair[] {
  return row.flatMap((level, factor) =>
    row.slice(factor + 1).map((other, offset) => pairOf([factor, level], [factor + 1 + offset, other])),
  );
}

function pairOf(one: readonly [number, number], other: readonly [number, number]): Pair {
  const [[factor, level], [otherFactor, otherLevel]] = one[0] < other[0] ? [one, other] : [other, one];
  return { factors: [factor, otherFactor], levels: [level, otherLevel] };
}

function keyOf({ factors, levels }: Pair): string {
  return [...factors, ...levels].join();
}
