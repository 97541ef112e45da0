import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { STAGE_NAMES } from '../../../bin/shared/stage-app.ts';
import { synthesise } from '../../support/synth.ts';
import { busy, HEALTHY_MINUTES, quiet } from './healthy.ts';
import type { Series } from './series.ts';
import { type AnyAlarm, alarmsOf, type MetricAlarm } from './template.ts';
import { falseAlarms, faultsOfTelling } from './trial.ts';
import { metricsOf } from './world.ts';

let healthy: Readonly<Record<'busy' | 'quiet', ReadonlyMap<string, Series>>>;
let poc: AnyAlarm[];
beforeAll(async () => {
  healthy = { busy: metricsOf(busy()), quiet: metricsOf(quiet()) };
  poc = alarmsOf(await synthesise());
});

describe.each(STAGE_NAMES)('in the stage %s', (stage) => {
  let alarms: AnyAlarm[];
  beforeAll(async () => {
    alarms = alarmsOf(await synthesise({}, stage));
  });

  it('there are alarms, whose names are those of no other', () => {
    expect(alarms.length).toBeGreaterThan(15);
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
  });

  it('each alarm tells a topic of its stack, or is a part of one that does', () => {
    const parts = alarms.flatMap((alarm) =>
      alarm.kind === 'composite' ? alarm.parts.map((id) => alarm.stack + id) : [],
    );
    for (const { name, stack, id, actions } of alarms) {
      if (parts.includes(stack + id)) expect(actions, name).toEqual([]);
      else expect(actions, name).toEqual([{ Ref: expect.stringMatching(/^AlarmsToldTopic/) }]);
    }
  });

  it('each alarm says what users suffer, and names a runbook that exists', () => {
    for (const { name, description } of alarms) {
      const [, impact = '', runbook = ''] =
        /^(.+)\. Runbook: (docs\/runbooks\/[a-z0-9-]+\.md)$/.exec(description) ?? [];
      expect(impact.length, name).toBeGreaterThan(20);
      expect(existsSync(new URL(`../../../${runbook}`, import.meta.url)), `${name}: ${runbook}`).toBe(true);
    }
  });

  it('each alarm tells of its failures within the minutes that it promises, and ends when they end', () => {
    expect(alarms.flatMap((alarm) => faultsOfTelling(alarm, alarms))).toEqual([]);
  });

  it.each(['busy', 'quiet'] as const)('no alarm tells anything in 30 healthy days of a %s stage', (traffic) => {
    expect(falseAlarms(alarms, healthy[traffic], HEALTHY_MINUTES)).toEqual([]);
  });
});

it('without alarms there are none, and no topic', async () => {
  const templates = await synthesise({ alarms: false }, 'prod');
  expect(alarmsOf(templates)).toEqual([]);
  expect(JSON.stringify(templates)).not.toMatch(/AWS::SNS|AWS::KMS/);
});

describe('the simulation notices', () => {
  /** What it says of the alarms of poc, of which those with such names are changed. */
  const judge = (names: RegExp, change: (alarm: MetricAlarm) => Partial<MetricAlarm>) => {
    let changed = 0;
    const mutated = poc.map((alarm) => {
      if (alarm.kind !== 'metric' || !names.test(alarm.name)) return alarm;
      changed += 1;
      return { ...alarm, ...change(alarm) };
    });
    expect(changed).toBeGreaterThan(0);
    return {
      telling: () => mutated.flatMap((alarm) => faultsOfTelling(alarm, mutated)),
      healthy: (traffic: 'busy' | 'quiet') => falseAlarms(mutated, healthy[traffic], HEALTHY_MINUTES),
    };
  };
  const swap = (from: string, to: string) => (alarm: MetricAlarm) => ({
    inputs: alarm.inputs.map((input) => ({ ...input, key: input.key.replace(from, to) })),
  });

  it('thresholds that are a thousand times too high, of each alarm', () => {
    for (const alarm of poc) {
      if (alarm.kind !== 'metric') continue;
      const mutated = { ...alarm, threshold: alarm.threshold === 0 ? 1000 : 1000 * alarm.threshold };
      expect(faultsOfTelling(mutated, [...poc.filter((one) => one !== alarm), mutated]), alarm.name).not.toEqual([]);
    }
  });

  it('thresholds below everything, of each alarm whose metric is there when nothing fails', () => {
    const names = /lambda-(errors|throttles|duration)|concurrency|5xx|latency/;
    const always = poc.flatMap((alarm) => (alarm.kind === 'metric' && names.test(alarm.name) ? [alarm] : []));
    expect(always).toHaveLength(7);
    for (const alarm of always) {
      expect(falseAlarms([{ ...alarm, threshold: -1 }], healthy.busy, HEALTHY_MINUTES), alarm.name).not.toEqual([]);
    }
  });

  it('another metric', () => {
    expect(judge(/alb-target-5xx/, swap('Target_5XX', 'Target_4XX')).telling()).not.toEqual([]);
  });

  it('a metric that does not exist, and a dimension that names nothing', () => {
    expect(judge(/lambda-errors/, swap('Errors', 'Failures')).telling).toThrow('no metric of the stage');
    expect(judge(/lambda-errors/, swap('FunctionName', 'Function')).telling).toThrow('no metric of the stage');
  });

  it('another statistic', () => {
    const average = ({ inputs }: MetricAlarm) => ({ inputs: inputs.map((one) => ({ ...one, statistic: 'Average' })) });
    expect(judge(/lambda-duration/, average).telling()).not.toEqual([]);
  });

  it('missing data that is taken for a failure', () => {
    expect(judge(/lambda-errors/, () => ({ missingData: 'breaching' })).healthy('quiet')).not.toEqual([]);
  });

  it('alarms that one bad minute raises', () => {
    const one = { datapointsToAlarm: 1, evaluationPeriods: 1 };
    for (const names of [/lambda-throttles/, /alb-5xx/, /alb-latency/, /rejected-connections/]) {
      expect(judge(names, () => one).healthy('busy'), names.source).not.toEqual([]);
    }
  });

  it('alarms that wait too long', () => {
    expect(judge(/lambda-errors/, () => ({ datapointsToAlarm: 15, evaluationPeriods: 15 })).telling()).not.toEqual([]);
  });

  it('an error budget that one failed request of a quiet night spends', () => {
    const unguarded = ({ expression = '' }: MetricAlarm) => ({ expression: expression.replace(/>= \d+/, '>= 0') });
    expect(judge(/fast-burn/, unguarded).healthy('quiet')).not.toEqual([]);
  });

  it('alarms on DynamoDB that never end, because there is no data when nothing fails', () => {
    const unfilled = ({ expression = '' }: MetricAlarm) => ({
      expression: expression.replaceAll(/FILL\((\w+), 0\)/g, '$1'),
    });
    const faults = judge(/people-write-throttles/, unfilled).telling();
    expect(faults).toContainEqual(expect.stringContaining('it does not end'));
  });
});
