import * as v from 'valibot';
import { flag } from '../config/schemas.ts';

export const WATCH_VALUES = {
  /** Whether the stage knows who should answer, and notices who has not. */
  watch: v.optional(flag, true),
};
