/** For each alarm, by the end of its name, the failures of which it must tell. */
import { TABLE_ENTRIES, type TableDefinition } from '../../../lambda/core/dynamo/tables.ts';
import { type Effect, operationsOn, placesOf } from './world.ts';

export interface Failure {
  readonly name: string;
  readonly effect: Effect;
  /** @default 300 requests a minute */
  readonly requestsPerMinute?: number;
}

const store = (key: string, aMinute = 5): Effect => ({ store: { [`AWS/DynamoDB ${key}`]: aMinute } });
/** In a minute: more than half of what the largest stage lets through. */
const MANY_READS = 90_000;
const one = (name: string, effect: Effect): readonly Failure[] => [{ name, effect }];
/** The same, with many requests and with one a minute, each of which fails. */
const alsoWhenQuiet = (name: string, share: (share: number) => Effect): readonly Failure[] => [
  { name, effect: share(0.1) },
  { name: `${name}, with one request a minute`, effect: share(1), requestsPerMinute: 1 },
];

const fast = alsoWhenQuiet('one request in ten fails', (answers5xx) => ({ answers5xx }));
const fastBehindCdn = one('CloudFront does not reach its origin', { cdnErrors: 1 });
const slow = one('two requests in a hundred fail', { answers5xx: 0.02 });

/** A part of an alarm is raised by what raises the alarm. */
export const FAILURES: Readonly<Record<string, readonly Failure[]>> = {
  'notifications-failed': one('a mail cannot be delivered', { notificationsFailed: 1 }),
  'lambda-errors': alsoWhenQuiet('the function crashes', (crashes) => ({ crashes })),
  'lambda-throttles': alsoWhenQuiet('Lambda has no room', (throttled) => ({ throttled })),
  'lambda-duration': alsoWhenQuiet('the store hangs', (share) => ({ slow: { share, ms: 9000 } })),
  'new-version-errors': one('the new version crashes', { canary: { crashes: 0.1, fails: 0 } }),
  'new-version-failures': one('the new version answers one request in ten with 500', {
    canary: { crashes: 0, fails: 0.1 },
  }),
  'account-concurrency': one('another function takes all there is', { otherConcurrency: 950 }),
  'alb-5xx': alsoWhenQuiet('the load balancer answers 502', (frontErrors) => ({ frontErrors })),
  'alb-target-5xx': alsoWhenQuiet('the function answers 503', (answers5xx) => ({ answers5xx })),
  'alb-rejected-connections': one('there are too many connections', { rejectedConnections: 20 }),
  'alb-lambda-user-errors': alsoWhenQuiet('answers are malformed', (malformed) => ({ malformed })),
  'alb-lambda-internal-errors': alsoWhenQuiet('Lambda fails', (lambdaFails) => ({ lambdaFails })),
  'alb-latency': alsoWhenQuiet('answers are late', (share) => ({ slow: { share: Math.max(share, 0.2), ms: 3000 } })),
  'http-api-5xx': alsoWhenQuiet('the function answers 503', (answers5xx) => ({ answers5xx })),
  'http-api-latency': alsoWhenQuiet('answers are late', (share) => ({
    slow: { share: Math.max(share, 0.2), ms: 3000 },
  })),
  'cdn-5xx': [...alsoWhenQuiet('the origin answers 502', (frontErrors) => ({ frontErrors })), ...fastBehindCdn],
  'watch-late': [...one('no tick succeeds', { watch: 'fails' }), ...one('there are no ticks', { watch: 'gone' })],
  'outbox-late': one('what was noticed is not told', { untold: 1 }),
  'send-errors': one('what sends crashes', { send: { crashes: 1 } }),
  'send-throttles': one('Lambda has no room for what sends', { send: { throttled: 1 } }),
  'send-duration': one('a receiver hangs, again and again', { send: { ms: 55_000 } }),
  'send-dead-letters': one('Lambda gives up handing on a notice', { send: { deadLetters: 1 } }),
  'send-behind': one('what sends does not keep up', { send: { behindMs: 300_000 } }),
  'send-lost': one('a receiver refuses what it is told', { send: { lost: 1 } }),
  'waf-blocks': one('a flood is kept out', { blocked: 1000 }),
  'slo-fast-burn': fast,
  'slo-fast-burn-1h': fast,
  'slo-fast-burn-5m': fast,
  'slo-slow-burn': slow,
  'slo-slow-burn-6h': slow,
  'slo-slow-burn-30m': slow,
  ...Object.fromEntries(TABLE_ENTRIES.flatMap(([id, table]) => failuresOf(id, table))),
};

function failuresOf(id: string, table: TableDefinition): [string, readonly Failure[]][] {
  const refused = (metric: string, what: string) =>
    placesOf(table).flatMap(([place, dimensions]) =>
      one(`the ${place} refuses ${what}`, store(`${metric} ${dimensions}`)),
    );
  const failed = (operation: string) =>
    one(`${operation} fails`, store(`SystemErrors Operation=${operation} TableName=${table.name}`));
  const read = placesOf(table).flatMap(([place, dimensions]) =>
    one(`somebody reads the whole ${place}`, store(`ConsumedReadCapacityUnits ${dimensions}`, MANY_READS)),
  );
  return [
    [`${id}-many-reads`, read],
    [`${id}-read-throttles`, refused('ReadThrottleEvents', 'reads')],
    [`${id}-write-throttles`, refused('WriteThrottleEvents', 'writes')],
    [`${id}-system-errors`, operationsOn(table).flatMap(failed)],
  ];
}
