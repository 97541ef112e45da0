/** What it costs to tell people: what is written, read and sent for each notice, and what a tick looks for. */
import { compose } from '../../lambda/core/telling/compose.ts';
import { noticeId } from '../../lambda/core/telling/notice.ts';
import { type Bill, HOURS, PRICES, totalOf } from './model.ts';
import { readUnits, writeUnits } from './units.ts';

/** How many notices go out in a month. */
export interface Told {
  readonly mails: number;
  /** To webhooks, and to Slack. */
  readonly webhooks: number;
}

const ASSUMED = {
  /** Of a notice that is settled and has lost its message; of a channel. */
  settledBytes: 600,
  channelBytes: 500,
  /** How many notices are looked at for what was told before, and for what waits. */
  lookedBack: 50,
  page: 5,
  /** From a cold start to the answer of the other side; every notice has one of its own. */
  sendMs: 2_000,
  memoryMb: 256,
  logBytes: 900,
} as const;

/** A month of notices of one outage each, through one channel of each kind that is used. */
export function tellingBill({ mails, webhooks }: Told): Bill {
  const notices = mails + webhooks;
  const channels = Number(mails > 0) + Number(webhooks > 0);
  const { settledBytes, channelBytes, lookedBack, page, sendMs, memoryMb, logBytes } = ASSUMED;
  const bytes = noticeBytes();
  // It is written, claimed and settled: each as large as it is.
  const writes = 3 * writeUnits(bytes);
  const looks = readUnits(lookedBack * settledBytes, true) + readUnits(bytes + page * settledBytes, true);
  const reads = looks + 2 * readUnits(channelBytes, true);
  const ticks = HOURS * 60;
  const readsOfTick = readUnits(channels * channelBytes, true) + channels * readUnits(page * settledBytes, true);
  return new Map([
    ['DynamoDB writes', notices * writes * PRICES.writeUnit],
    ['DynamoDB reads', (notices * reads + ticks * readsOfTick) * PRICES.readUnit],
    ['Lambda', notices * (PRICES.lambdaRequest + (sendMs / 1000) * (memoryMb / 1024) * PRICES.lambdaGbSecond)],
    ['Logs', ((notices * logBytes) / 1e9) * PRICES.logGb],
    ['Mails', mails * PRICES.sesMail],
  ]);
}

export function describeTelling(told: Told): string {
  const bill = tellingBill(told);
  const line = (name: string, amount: number) => `  ${name.padEnd(26)}${amount.toFixed(4).padStart(11)}`;
  return [
    '',
    `Telling people of ${told.mails} outages by mail and of ${told.webhooks} by webhook, in dollars, beside the alarms:`,
    ...[...bill].map(([name, amount]) => line(name, amount)),
    line('Together', totalOf(bill)),
  ].join('\n');
}

/** The size of a notice of one outage, as it is composed. */
function noticeBytes(): number {
  const outage = { id: '019aa2d6-1b2c-7a3f-8c1d-5e2f3a4b5c06', startedAt: 0, reason: 'silent' } as const;
  const event = { id: outage.id, kind: 'opened', source: 'backup', at: 0, outage, told: true, tick: '' } as const;
  const told = [{ event, lastContact: 0, lastNote: 'a note of some length, such as people write it' }];
  const message = compose({ stage: 'prod', channel: 'ops', told, now: 0, baseUrl: 'https://rollcall.example.com' });
  return Buffer.byteLength(JSON.stringify(message)) + noticeId('ops', [event.id]).length + 200;
}
