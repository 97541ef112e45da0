import * as v from 'valibot';
import { ALARM_VALUES, alarmMisfits } from '../alarms/alarm-values.ts';
import { DASHBOARD_VALUES } from '../dashboard/dashboard-values.ts';
import { DATA_VALUES, dataMisfits } from '../data/data-values.ts';
import { EDGE_VALUES, edgeMisfits } from '../edge/edge-values.ts';
import { FRONT_VALUES, frontMisfits, zoneMisfits } from '../fronts/front-values.ts';
import { FUNCTION_VALUES, functionMisfits } from '../function/function-values.ts';
import { NETWORK_VALUES } from '../network/network-values.ts';
import { SEND_VALUES } from '../notify/send-values.ts';
import { WATCH_VALUES } from '../watch/watch-values.ts';
import type { Misfit } from './schemas.ts';

/** The values of a stage as they stand in cdk.json: those of each room. The messages say what is allowed. */
export const StageValues = v.strictObject({
  ...FRONT_VALUES,
  ...EDGE_VALUES,
  ...NETWORK_VALUES,
  ...FUNCTION_VALUES,
  ...DATA_VALUES,
  ...ALARM_VALUES,
  ...DASHBOARD_VALUES,
  ...WATCH_VALUES,
  ...SEND_VALUES,
});

/** The values of a stage, with defaults filled in. */
export type StageValues = Readonly<v.InferOutput<typeof StageValues>>;

/** The values that do not fit the shape of the stage. */
export function misfitsOf(values: StageValues): Misfit<keyof StageValues>[] {
  return [
    ...frontMisfits(values),
    ...zoneMisfits(values),
    ...edgeMisfits(values),
    ...functionMisfits(values),
    ...alarmMisfits(values),
    ...dataMisfits(values),
  ];
}
