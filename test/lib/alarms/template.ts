/** The alarms of templates, as the simulation takes them. */
import * as v from 'valibot';
import { STAGE_NAMES } from '../../support/stages.ts';
import type { Json, Templates } from '../../support/synth.ts';

const Dimensions = v.optional(v.array(v.object({ Name: v.string(), Value: v.unknown() })), []);
const MetricProperties = { Namespace: v.string(), MetricName: v.string(), Dimensions };

/** What is not named here, the simulation would not know of: it is refused. */
const Alarm = v.strictObject({
  OKActions: v.optional(v.unknown()),
  Tags: v.optional(v.unknown()),
  AlarmName: v.string(),
  AlarmDescription: v.string(),
  ComparisonOperator: v.literal('GreaterThanThreshold'),
  Threshold: v.number(),
  DatapointsToAlarm: v.optional(v.number()),
  EvaluationPeriods: v.number(),
  TreatMissingData: v.optional(v.picklist(['missing', 'ignore', 'breaching', 'notBreaching']), 'missing'),
  AlarmActions: v.optional(v.array(v.unknown()), []),
  // Of one metric:
  ...v.partial(v.object(MetricProperties)).entries,
  Statistic: v.optional(v.string()),
  ExtendedStatistic: v.optional(v.string()),
  Period: v.optional(v.number()),
  // Of an expression:
  Metrics: v.optional(
    v.array(
      v.strictObject({
        Id: v.string(),
        Expression: v.optional(v.string()),
        ReturnData: v.optional(v.boolean(), true),
        MetricStat: v.optional(v.object({ Metric: v.object(MetricProperties), Period: v.number(), Stat: v.string() })),
      }),
    ),
  ),
});
const Composite = v.strictObject({
  OKActions: v.optional(v.unknown()),
  Tags: v.optional(v.unknown()),
  AlarmName: v.string(),
  AlarmDescription: v.string(),
  AlarmRule: v.unknown(),
  AlarmActions: v.optional(v.array(v.unknown()), []),
});

interface Common {
  readonly id: string;
  readonly stack: keyof Templates;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly unknown[];
}

export interface MetricInput {
  readonly id: string;
  /** As test/lib/alarms/world.ts names it. */
  readonly key: string;
  readonly namespace: string;
  readonly statistic: string;
}

export interface MetricAlarm extends Common {
  readonly kind: 'metric';
  readonly inputs: readonly MetricInput[];
  /** @default - the one input */
  readonly expression: string | undefined;
  /** In minutes. */
  readonly period: number;
  readonly threshold: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
}

/** All of the parts must be in alarm. */
export interface CompositeAlarm extends Common {
  readonly kind: 'composite';
  /** The ids of the parts. */
  readonly parts: readonly string[];
}

export type AnyAlarm = MetricAlarm | CompositeAlarm;

/** All alarms of the templates of a stage. @throws Error for what the simulation does not know */
export function alarmsOf(templates: Templates): AnyAlarm[] {
  return (['network', 'data', 'api', 'edge'] as const).flatMap((stack) =>
    Object.entries(templates[stack].Resources).flatMap(([id, { Type, Properties = {} }]): AnyAlarm[] => {
      if (Type === 'AWS::CloudWatch::Alarm') return [toMetricAlarm(stack, id, Properties)];
      if (Type === 'AWS::CloudWatch::CompositeAlarm') return [toComposite(stack, id, Properties)];
      return [];
    }),
  );
}

function toMetricAlarm(stack: keyof Templates, id: string, properties: Json): MetricAlarm {
  const alarm = v.parse(Alarm, properties);
  const { Metrics = [], Namespace, MetricName, Period, Statistic, ExtendedStatistic, EvaluationPeriods } = alarm;
  const one =
    Namespace !== undefined && MetricName !== undefined && Period !== undefined
      ? [
          {
            Id: 'it',
            MetricStat: {
              Metric: { Namespace, MetricName, Dimensions: alarm.Dimensions ?? [] },
              Period,
              Stat: Statistic ?? ExtendedStatistic ?? '',
            },
          },
        ]
      : [];
  const stats = [...Metrics, ...one].flatMap(({ Id, MetricStat }) => (MetricStat ? [{ Id, ...MetricStat }] : []));
  const [period, ...periods] = new Set(stats.map(({ Period: seconds }) => seconds / 60));
  const expressions = Metrics.filter(({ Expression, ReturnData }) => Expression !== undefined && ReturnData);
  if (period === undefined || periods.length > 0 || expressions.length > 1) {
    throw new Error(`${alarm.AlarmName}: one period and at most one expression are simulated`);
  }
  return {
    kind: 'metric',
    ...commonOf(stack, id, alarm),
    inputs: stats.map(({ Id, Metric, Stat }) => ({
      id: Id,
      key: keyOf(Metric),
      namespace: Metric.Namespace,
      statistic: Stat,
    })),
    expression: expressions[0]?.Expression,
    period,
    threshold: alarm.Threshold,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? EvaluationPeriods,
    evaluationPeriods: EvaluationPeriods,
    missingData: alarm.TreatMissingData,
  };
}

function toComposite(stack: keyof Templates, id: string, properties: Json): CompositeAlarm {
  const composite = v.parse(Composite, properties);
  const rule = JSON.stringify(composite.AlarmRule);
  const parts = [...rule.matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].flatMap(([, part = '']) => [part]);
  // What is left of `(ALARM("a") AND ALARM("b"))` without its parts.
  const text = rule.replaceAll(/\{"Fn::GetAtt":\["\w+","Arn"\]\}/g, 'x').replaceAll(/[^A-Za-z() ]/g, '');
  if (!/^FnJoin\(?ALARM\(x\)( AND ALARM\(x\))+\)?$/.test(text)) {
    throw new Error(`${composite.AlarmName}: ${text} is not simulated`);
  }
  return { kind: 'composite', ...commonOf(stack, id, composite), parts };
}

function commonOf(
  stack: keyof Templates,
  id: string,
  alarm: v.InferOutput<typeof Composite> | v.InferOutput<typeof Alarm>,
): Common {
  const { AlarmName: name, AlarmDescription: description, AlarmActions: actions } = alarm;
  return { id, stack, name, description, actions };
}

/** What a dimension names: a resource of the stage, whatever its generated name. */
const RESOURCES: readonly (readonly [RegExp, string])[] = [
  [/"Ref":"ApiFunction\w+"\},":live"/, 'Alias'],
  [/"ApiFunctionCurrentVersion\w+","Version"/, 'NewVersion'],
  [/"Ref":"ApiFunction/, 'ApiFunction'],
  [/"Ref":"WatchFunction/, 'WatchFunction'],
  [/"Ref":"SendFunction/, 'SendFunction'],
  [/"SendDeadLetters\w+","QueueName"/, 'DeadLetters'],
  [/"LoadBalancer\w+","LoadBalancerFullName"/, 'Balancer'],
  [/"LoadBalancerFunction\w+","TargetGroupFullName"/, 'TargetGroup'],
  [/"Ref":"HttpApi/, 'HttpApi'],
  [/"Ref":"CdnDistribution/, 'Distribution'],
  [/^"rollcall-\w+-edge"$/, 'Firewall'],
  [new RegExp(`^"(${STAGE_NAMES.join('|')})"$`), 'Stage'],
  [/"AlarmsToldTopic\w+","TopicName"/, 'Topic'],
  [/TimestampsTable/, 'Timestamps'],
  [/PeopleTable/, 'People'],
  [/KeysTable/, 'Keys'],
];

function keyOf({
  Namespace,
  MetricName,
  Dimensions: dimensions,
}: v.InferOutput<v.ObjectSchema<typeof MetricProperties, undefined>>) {
  const named = dimensions.map(({ Name, Value }) => {
    const text = JSON.stringify(Value);
    const found = RESOURCES.find(([pattern]) => pattern.test(text));
    return `${Name}=${found?.[1] ?? (typeof Value === 'string' ? Value : text)}`;
  });
  return [Namespace, MetricName, ...named.toSorted()].join(' ');
}
