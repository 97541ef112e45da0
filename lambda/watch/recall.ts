/** What is remembered from one tick to the next: in the instance while it is warm, else by the checkpoint. */
import { type CheckpointStore, chunksOf } from '../core/roll/checkpoint.ts';
import type { WatchReport } from '../core/roll/state.ts';
import { Memory } from './memory.ts';

/** How far back the log is read when nothing is known of it, and at most. */
const FIRST_MS = 3_600_000;
const LONGEST_ABSENCE_MS = 7 * 86_400_000;
/** An instance that has slept through so much begins with the checkpoint again. */
const FORGETS_MS = 600_000;
/** A checkpoint of so many bytes is written each tick; a larger one as much less often. */
export const BYTES_A_TICK = 16_384;

export interface Recall {
  /** What was heard when the watch last looked, as far as somebody has noted it. */
  read(report: WatchReport | undefined, at: number): Promise<Memory>;
  /** Notes what was heard, if it is time. @returns how many parts the checkpoint has */
  note(memory: Memory, at: number): Promise<number>;
}

export function createRecall(checkpoints: CheckpointStore): Recall {
  let memory: Memory | undefined;
  let parts = 1;
  /** How many ticks may yet pass until it is noted. */
  let left = 0;

  return {
    async read(report, at) {
      const known = report?.position ?? at - FIRST_MS;
      if (memory !== undefined && memory.position >= known - FORGETS_MS) return memory;
      parts = report?.chunks ?? 1;
      left = 0;
      const read = report && (await checkpoints.read(parts));
      const earliest = at - LONGEST_ABSENCE_MS;
      // What is missed so is a lower bound that is too low: the index is asked before anybody is called silent.
      const position = Math.max(earliest, read?.position ?? known);
      memory = new Memory({ sources: new Map(), ...read, position });
      return memory;
    },

    async note(heard, at) {
      if (left > 0) {
        left--;
        return parts;
      }
      const chunks = chunksOf(heard, parts);
      await checkpoints.write(chunks, at);
      parts = chunks.length;
      left = Math.ceil(chunks.reduce((bytes, { length }) => bytes + length, 0) / BYTES_A_TICK) - 1;
      return parts;
    },
  };
}
