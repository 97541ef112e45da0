/** How far something is, on one line of a terminal that is written over; nothing where there is no terminal. */
export interface Progress {
  /**
   * @param done how much is done, for people
   * @param part how much of the whole that is, from 0 to 1
   */
  readonly show: (done: string, part: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const WIDTH = 30;
/** In milliseconds: more often nobody can read it. */
const BETWEEN = 200;

export function createProgress(stream: { readonly isTTY?: boolean; write(text: string): unknown }): Progress {
  if (stream.isTTY !== true) return { show: () => {}, end: () => {} };
  let shown = Number.NEGATIVE_INFINITY;
  return {
    show: (done, part) => {
      if (performance.now() - shown < BETWEEN) return;
      shown = performance.now();
      const full = Math.round(Math.min(Math.max(part, 0), 1) * WIDTH);
      const percent = `${Math.floor(Math.min(Math.max(part, 0), 1) * 100)}%`.padStart(4);
      stream.write(`\r\u001B[K[${'='.repeat(full)}${' '.repeat(WIDTH - full)}]${percent}  ${done}`);
    },
    end: () => stream.write('\r\u001B[K'),
  };
}
