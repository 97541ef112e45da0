import * as v from 'valibot';
import { flag } from '../config/schemas.ts';

export const DASHBOARD_VALUES = {
  /** Whether the stage has a dashboard. An account has three without charge; docs/slo.md. */
  dashboard: v.optional(flag, true),
};
