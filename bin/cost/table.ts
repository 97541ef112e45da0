import type { StageConfig } from '../../lib/config/read-stage.ts';
import { bytesOf } from './log-lines.ts';
import type { KindName, Measured } from './measure.ts';
import type { Tick } from './measure-watch.ts';
import { ASSUMED, type Bill, billedMs, limitBill, type Month, samplingOf, type Traffic, totalOf } from './model.ts';
import prices from './prices.json' with { type: 'json' };
import type { Shape, WatchShape } from './shape.ts';
import { billedTickMs, MOST_MEASURED, TICKS_A_MONTH, watchBill, watchCost } from './watch-model.ts';

export interface Report {
  readonly config: Pick<StageConfig, 'stage' | 'region'>;
  readonly traffic: Traffic;
  readonly shape: Shape;
  readonly measured: Readonly<Record<KindName, Measured>>;
  readonly month: Month;
  /** A tick of the watch. @default - nobody watches */
  readonly tick?: Tick | undefined;
}

/** The month as a table for people, what it is made of, and what was assumed. */
export function describeCost({ config, traffic, shape, measured, month, tick }: Report): string {
  const watched = shape.watch && tick && { shape: shape.watch, tick, sources: traffic.sources };
  const columns = [month.idle, month.posts, month.gets, ...(watched ? [watchBill(watched.shape, watched.tick)] : [])];
  const services = [...new Set(columns.flatMap((bill) => [...bill.keys()]))];
  const row = (name: string, amounts: readonly number[]) =>
    [name.padEnd(28), ...[...amounts, amounts.reduce((a, b) => a + b, 0)].map(dollars)].join('');
  const rows = services
    .map((service) => [service, columns.map((bill: Bill) => bill.get(service) ?? 0)] as const)
    .filter(([, amounts]) => amounts.some((amount) => amount > 0));
  const head = [
    'When idle',
    `${amountOf(traffic.posts)} POST`,
    `${amountOf(traffic.gets)} GET`,
    ...(watched ? ['Watch'] : []),
    'Together',
  ];
  const { million } = month;
  return [
    `Stage ${config.stage}, a month in dollars: prices of ${prices.region}, ${prices.date}`,
    '',
    ['Service'.padEnd(28), ...head.map((text) => text.padStart(WIDTH))].join(''),
    ...rows.map(([service, amounts]) => row(service, amounts)),
    row('Together', columns.map(totalOf)),
    '',
    'The marginal cost of a million:',
    ...NAMES.map(([kind, name]) => `  ${name.padEnd(26)}${dollars(million[kind])}`),
    '',
    ...(watched ? describeWatch(watched) : []),
    ...atTheLimits(shape),
    'One request, measured:',
    ...NAMES.map(([kind, name]) => `  ${name.padEnd(26)}${describeRequest(measured[kind], shape)}`),
    '',
    ...assumptions(config, shape, watched !== undefined),
  ].join('\n');
}

const NAMES: readonly (readonly [KindName, string])[] = [
  ['post', 'POST /app'],
  ['postWithSource', 'POST /app with a source'],
  ['get', 'GET /app, 100 records'],
  ['dearestGet', 'GET /app, the dearest'],
];
const WIDTH = 11;

interface Watched {
  readonly shape: WatchShape;
  readonly tick: Tick;
  readonly sources: number;
}

function describeWatch({ shape, tick, sources }: Watched): string[] {
  const { cpuMs, readUnits, writeUnits, lines } = tick;
  const billed = billedTickMs(shape, tick);
  const isLate = billed > shape.timeoutSeconds * 1000;
  const taken = [
    `${readUnits.toFixed(1)} read units`,
    `${writeUnits.toFixed(1)} write units`,
    `${bytesOf(lines)} logged`,
    `${cpuMs.toFixed(1)} ms of this processor`,
    `${billed} ms billed at ${shape.memoryMb} MB`,
  ];
  return [
    `The watch of ${sources.toLocaleString('en-US')} sources that answer each minute, its ${shape.alarmMetrics} alarms in it:`,
    `  ${'a month'.padEnd(26)}${dollars(watchCost(shape, tick))}`,
    `  a tick, ${sources > MOST_MEASURED ? `reckoned from one of ${MOST_MEASURED.toLocaleString('en-US')}` : 'measured'}: ${taken.join(', ')}`,
    ...(isLate
      ? [`  It would not end within ${shape.timeoutSeconds} s: it takes more memory, which buys more of a processor.`]
      : []),
    '',
  ];
}

function atTheLimits(shape: Shape): string[] {
  const { maxReadUnits, maxWriteUnits } = shape;
  if (maxReadUnits === undefined || maxWriteUnits === undefined) return [];
  return [
    'A month in which the tables are used as fast as they let, without a pause:',
    ...[...limitBill(shape)].map(([what, amount]) => `  ${`DynamoDB ${what}`.padEnd(26)}${dollars(amount)}`),
    '',
  ];
}

function describeRequest(measured: Measured, shape: Shape): string {
  const { requestBytes, responseBytes, cpuMs, writeUnits, readUnits, lines } = measured;
  return [
    `${requestBytes} bytes in`,
    `${responseBytes} out`,
    `${bytesOf(lines) + shape.platformLog.bytes + shape.accessLog.bytes} logged`,
    writeUnits > 0 ? `${writeUnits} write units` : `${readUnits} read units`,
    `${cpuMs.toFixed(2)} ms of this processor`,
    `${billedMs(shape, measured).toFixed(1)} ms billed`,
  ].join(', ');
}

function assumptions({ region }: Pick<StageConfig, 'region'>, shape: Shape, isWatched: boolean): string[] {
  const { roundTripMs, coldStartShare, coldStartMs, mbOfOneProcessor } = ASSUMED;
  const elsewhere = region === prices.region ? '' : ` The stage is in ${region}, where they differ.`;
  const share = `${((100 * shape.memoryMb) / mbOfOneProcessor).toFixed(0)}%`;
  return [
    `Assumed: ${prices.source}.${elsewhere}`,
    `${roundTripMs} ms to DynamoDB and back; this processor is one of Lambda's, of which ${shape.memoryMb} MB get ${share};`,
    `${100 * coldStartShare}% of the requests wait ${coldStartMs} ms for a cold start; ${100 * samplingOf(shape)}% are traced; each comes by a connection of its own;`,
    ...(isWatched
      ? [
          `the watch ticks each minute, ${TICKS_A_MONTH.toLocaleString('en-US')} times a month, and finds its memory warm;`,
        ]
      : []),
    'records have no note and are kept for the whole month. A page is one of a table of 100,000 records; the dearest one has',
    '`limit=1000`, and all of its records are as large as they can be.',
    'Not in it: storage of logs, access logs in S3, flow logs, mails, records of earlier months, idempotency keys.',
  ];
}

function dollars(amount: number): string {
  return (amount > 0 && amount < 0.005 ? '<0.01' : amount.toFixed(2)).padStart(WIDTH);
}

function amountOf(requests: number): string {
  return requests.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });
}
