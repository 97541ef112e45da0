/** What happens to a stage, minute by minute, and the metrics that AWS makes of it. */
import { TABLE_ENTRIES, type TableDefinition } from '../../../lambda/core/dynamo/tables.ts';
import { Series } from './series.ts';

/** What can happen in a minute. Shares are of that minute's requests. */
export interface Effect {
  /** Errors that the front answers itself, without a word of the function. */
  readonly frontErrors?: number;
  /** Answers of the function that are 500 or 503. */
  readonly answers5xx?: number;
  /** The function crashes or reaches its time-out. */
  readonly crashes?: number;
  /** The function has run, but its answer is none that the load balancer takes. */
  readonly malformed?: number;
  /** Lambda has no room to run the function. */
  readonly throttled?: number;
  /** Lambda fails. */
  readonly lambdaFails?: number;
  /** Errors that CloudFront answers because it does not reach what is behind it. */
  readonly cdnErrors?: number;
  /** A new version gets one request in ten; the shares of those in which it crashes, and answers 500 or 503. */
  readonly canary?: { readonly crashes: number; readonly fails: number };
  readonly slow?: { readonly share: number; readonly ms: number };
  readonly rejectedConnections?: number;
  /** What other functions of the account take. */
  readonly otherConcurrency?: number;
  /** A number a minute, by the key of the metric. */
  readonly store?: Readonly<Record<string, number>>;
  readonly blocked?: number;
  readonly notificationsFailed?: number;
  /** The watch fails, or does not run. */
  readonly watch?: 'fails' | 'gone';
  /** The watch finds what it has not told. */
  readonly untold?: number;
  /** What sends fails, finds no room, or takes so long; the stream is so far behind; letters are dead, notices lost. */
  readonly send?: {
    readonly crashes?: number;
    readonly throttled?: number;
    readonly ms?: number;
    readonly behindMs?: number;
    readonly deadLetters?: number;
    readonly lost?: number;
  };
}

export interface World {
  /** Requests in each minute. */
  readonly requests: Float64Array;
  readonly effectsAt: (minute: number) => readonly Effect[];
}

/** The share of the requests that a new version gets at first. */
const CANARY = 0.1;
const FAST_MS = 20;
/** How long sending takes, and how far it is behind the stream; somebody is told something every few minutes. */
const SEND_MS = 800;
const SEND_BEHIND_MS = 500;
const TELLS_EVERY = 7;
/** One of the requests of a quiet minute, and one in a thousand of a busy one, meets a new instance. */
const COLD_MS = 900;

/** A generator of numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Shares = 'frontErrors' | 'answers5xx' | 'crashes' | 'malformed' | 'throttled' | 'lambdaFails' | 'cdnErrors';
const SHARES: readonly Shares[] = [
  'frontErrors',
  'answers5xx',
  'crashes',
  'malformed',
  'throttled',
  'lambdaFails',
  'cdnErrors',
];

/** The metrics of a world, by the names that test/lib/alarms/template.ts gives them. */
export function metricsOf({ requests, effectsAt }: World): ReadonlyMap<string, Series> {
  const minutes = requests.length;
  const random = randomNumbers(1);
  const zeros = () => new Float64Array(minutes);
  const failed = Object.fromEntries(SHARES.map((name) => [name, zeros()]));
  const other: Record<string, Float64Array> = {
    rejected: zeros(),
    concurrency: zeros(),
    blocked: zeros(),
    mails: zeros(),
    untold: zeros(),
    sendCrashes: zeros(),
    sendThrottled: zeros(),
    deadLetters: zeros(),
    lost: zeros(),
    watchFailed: zeros(),
    watchGone: zeros(),
  };
  const told = zeros();
  const sendMs = zeros().fill(SEND_MS);
  const sendBehindMs = zeros().fill(SEND_BEHIND_MS);
  const stores = new Map(storeMetrics().map((key) => [key, zeros()]));
  /** While there is a canary, the requests and the errors of the new version. */
  const canary = { requests: zeros(), crashes: zeros() };
  /** What the version that is the new one has failed, then and later. */
  const failures = zeros();
  const slow: { count: number; ms: number }[] = [];
  const add = (counts: Float64Array | undefined, minute: number, count: number) => {
    if (counts) counts[minute] = (counts[minute] ?? 0) + count;
  };

  /** So many whole requests that their number is right on average. */
  const whole = (share: number) => Math.floor(share) + (random() < share % 1 ? 1 : 0);

  for (let minute = 0; minute < minutes; minute += 1) {
    const count = requests[minute] ?? 0;
    add(other.concurrency, minute, Math.ceil((count / 60) * 0.05));
    for (const effect of effectsAt(minute)) {
      for (const name of SHARES) {
        // Never more than there are.
        add(failed[name], minute, whole(Math.min(effect[name] ?? 0, 1) * count));
      }
      if (effect.slow) slow[minute] = { count: Math.ceil(effect.slow.share * count), ms: effect.slow.ms };
      if (effect.canary) {
        const ofCanary = whole(CANARY * count);
        canary.requests[minute] = ofCanary;
        canary.crashes[minute] = whole(effect.canary.crashes * ofCanary);
        failures[minute] = whole(effect.canary.fails * ofCanary);
      }
      add(other.rejected, minute, effect.rejectedConnections ?? 0);
      add(other.concurrency, minute, effect.otherConcurrency ?? 0);
      add(other.blocked, minute, effect.blocked ?? 0);
      add(other.mails, minute, effect.notificationsFailed ?? 0);
      add(other.untold, minute, effect.untold ?? 0);
      add(other.sendCrashes, minute, effect.send?.crashes ?? 0);
      add(other.sendThrottled, minute, effect.send?.throttled ?? 0);
      add(other.deadLetters, minute, effect.send?.deadLetters ?? 0);
      add(other.lost, minute, effect.send?.lost ?? 0);
      if (effect.send) {
        told[minute] = 1;
        sendMs[minute] = effect.send.ms ?? SEND_MS;
        sendBehindMs[minute] = effect.send.behindMs ?? SEND_BEHIND_MS;
      }
      add(other.watchFailed, minute, Number(effect.watch === 'fails'));
      add(other.watchGone, minute, Number(effect.watch === 'gone'));
      for (const [key, events] of Object.entries(effect.store ?? {})) {
        const counts = stores.get(key);
        if (counts === undefined) throw new Error(`no metric ${key}`);
        add(counts, minute, events);
      }
    }
  }

  const sum = (...names: readonly Shares[]) =>
    Float64Array.from({ length: minutes }, (_, minute) =>
      Math.min(
        requests[minute] ?? 0,
        names.reduce((total, name) => total + (failed[name]?.[minute] ?? 0), 0),
      ),
    );
  const own = sum('frontErrors', 'crashes', 'malformed', 'throttled', 'lambdaFails');
  const target = sum('answers5xx');
  const behind = sum('frontErrors', 'crashes', 'malformed', 'throttled', 'lambdaFails', 'answers5xx');
  const seen = sum(...SHARES);
  const isBusy = (minute: number) => (requests[minute] ?? 0) > 0;
  const latencies = (unit: number) =>
    Series.ofBuckets(minutes, (minute) => {
      const count = requests[minute] ?? 0;
      const late = Math.min(slow[minute]?.count ?? 0, count);
      const cold = Math.min(count - late, Math.ceil(count / 1000));
      return [
        [FAST_MS / unit, count - late - cold],
        [COLD_MS / unit, cold],
        [(slow[minute]?.ms ?? 0) / unit, late],
      ];
    });
  const sparse = (counts: Float64Array | undefined) => Series.ofCounts(counts ?? zeros(), { sparse: true });
  /** Where each request is a sample. */
  const sampled = (counts: Float64Array) => Series.ofCounts(counts, { samples: requests });
  /** Nobody counts a version by itself while it gets no requests, or all of them. */
  const ofCanary = (counts: Float64Array) => Series.ofValues(counts, (minute) => (canary.requests[minute] ?? 0) > 0);
  // When it gets all requests, all that fails is its own.
  for (const [minute, count] of target.entries()) if (canary.requests[minute] === 0) failures[minute] = count;
  const rate = seen.map((count, minute) => (isBusy(minute) ? (100 * count) / (requests[minute] ?? 1) : 0));
  const isTelling = (minute: number) => minute % TELLS_EVERY === 0 || told[minute] === 1;
  const blocked = other.blocked ?? zeros();

  return new Map([
    ['AWS/Lambda Errors FunctionName=ApiFunction', sampled(sum('crashes'))],
    ['AWS/Lambda Errors ExecutedVersion=NewVersion FunctionName=ApiFunction Resource=Alias', ofCanary(canary.crashes)],
    [
      'AWS/Lambda Invocations ExecutedVersion=NewVersion FunctionName=ApiFunction Resource=Alias',
      ofCanary(canary.requests),
    ],
    ['Rollcall Failed stage=Stage version=NewVersion', sparse(failures)],
    ['AWS/Lambda Throttles FunctionName=ApiFunction', sampled(sum('throttled'))],
    ['AWS/Lambda Duration FunctionName=ApiFunction', latencies(1)],
    [
      'AWS/Lambda ConcurrentExecutions',
      Series.ofValues(other.concurrency ?? zeros(), (m) => (other.concurrency?.[m] ?? 0) > 0),
    ],
    ['AWS/ApplicationELB RequestCount LoadBalancer=Balancer', sparse(requests)],
    ['AWS/ApplicationELB HTTPCode_ELB_5XX_Count LoadBalancer=Balancer', sparse(own)],
    ['AWS/ApplicationELB HTTPCode_Target_5XX_Count LoadBalancer=Balancer', sparse(target)],
    ['AWS/ApplicationELB HTTPCode_Target_4XX_Count LoadBalancer=Balancer', sparse(zeros())],
    ['AWS/ApplicationELB RejectedConnectionCount LoadBalancer=Balancer', sparse(other.rejected)],
    ['AWS/ApplicationELB TargetResponseTime LoadBalancer=Balancer', latencies(1000)],
    [
      'AWS/ApplicationELB LambdaUserError LoadBalancer=Balancer TargetGroup=TargetGroup',
      sparse(sum('crashes', 'malformed', 'throttled')),
    ],
    [
      'AWS/ApplicationELB LambdaInternalError LoadBalancer=Balancer TargetGroup=TargetGroup',
      sparse(sum('lambdaFails')),
    ],
    ['AWS/ApiGateway 5xx ApiId=HttpApi', sampled(behind)],
    ['AWS/ApiGateway Latency ApiId=HttpApi', latencies(1)],
    ['AWS/CloudFront Requests DistributionId=Distribution Region=Global', sparse(requests)],
    ['AWS/CloudFront 5xxErrorRate DistributionId=Distribution Region=Global', Series.ofValues(rate, isBusy)],
    ['AWS/WAFV2 BlockedRequests Rule=ALL WebACL=Firewall', sparse(blocked)],
    ['AWS/WAFV2 AllowedRequests Rule=ALL WebACL=Firewall', sparse(requests)],
    [
      'AWS/Lambda Errors FunctionName=WatchFunction',
      Series.ofValues(other.watchFailed ?? zeros(), (minute) => other.watchGone?.[minute] === 0, 0),
    ],
    ['AWS/Lambda Errors FunctionName=SendFunction', sparse(other.sendCrashes)],
    ['AWS/Lambda Throttles FunctionName=SendFunction', sparse(other.sendThrottled)],
    [
      'AWS/Lambda Duration FunctionName=SendFunction',
      Series.ofBuckets(minutes, (m) => (isTelling(m) ? [[sendMs[m] ?? 0, 1]] : [])),
    ],
    ['AWS/Lambda IteratorAge FunctionName=SendFunction', Series.ofValues(sendBehindMs, isTelling)],
    [
      'AWS/SQS ApproximateNumberOfMessagesVisible QueueName=DeadLetters',
      Series.ofValues(other.deadLetters ?? zeros(), () => true),
    ],
    ['Rollcall NoticesLost stage=Stage', sparse(other.lost)],
    ['Rollcall Untold stage=Stage', sparse(other.untold)],
    ['AWS/SNS NumberOfNotificationsFailed TopicName=Topic', sparse(other.mails)],
    ...[...stores].map(([key, counts]) => [key, sparse(counts)] as const),
  ]);
}

/** A table of the registry and its indexes, as the dimensions of metrics name them. */
export function placesOf({
  name,
  indexes = {},
}: TableDefinition): readonly (readonly [what: string, dimensions: string])[] {
  const ofIndex = (index: string) => ['index', `GlobalSecondaryIndexName=${index} TableName=${name}`] as const;
  return [['table', `TableName=${name}`], ...Object.keys(indexes).map(ofIndex)];
}

/** The operations that functions call on a table. */
export function operationsOn({ use }: TableDefinition): readonly string[] {
  const { notify: _, ...answering } = use;
  return [...new Set(Object.values(answering).flatMap(({ table }) => table))];
}

/** The metrics of the tables. */
export function storeMetrics(): string[] {
  return TABLE_ENTRIES.flatMap(([, table]) => [
    ...['ReadThrottleEvents', 'WriteThrottleEvents', 'ConsumedReadCapacityUnits'].flatMap((metric) =>
      placesOf(table).map(([, dimensions]) => `AWS/DynamoDB ${metric} ${dimensions}`),
    ),
    ...operationsOn(table).map((one) => `AWS/DynamoDB SystemErrors Operation=${one} TableName=${table.name}`),
  ]);
}
