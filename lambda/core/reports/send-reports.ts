import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { held } from '../dynamo/condition.ts';
import { untilDeadline } from '../dynamo/deadline.ts';
import { toItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import type { SourceState } from '../roll/state.ts';
import { channelsFor } from '../telling/channel.ts';
import type { ChannelStore } from '../telling/channel-store.ts';
import type { NoticeStore } from '../telling/notice-store.ts';
import { announce } from '../telling/tell.ts';
import { type Due, lastDue, REPORTS, type ReportName } from './due.ts';
import { lastContactReport } from './last-contact.ts';
import { lastContactMessage, type ReportPlace, summaryMessage } from './messages.ts';
import { type OutageSpan, summaryOf } from './summary.ts';

const DAY = 86_400_000;
const DAYS_UNHEARD = 30;
const WEEK = 7 * DAY;
/** A report that is later than this is not sent: it would be about another time. A stage that is new has none to catch up on. */
const MOST_LATE_MS = 2 * DAY;

/** Which reports were sent. */
export interface ReportMarks {
  isSent(due: Due): Promise<boolean>;
  markSent(due: Due): Promise<void>;
}

const PARTITION = 'r';
const KEPT_DAYS = 90;

/** The marks in the table `Roll`: `pk = "r"`, `sk` = the report and its day. */
export function createReportMarks({
  client,
  tableName: TableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): ReportMarks {
  const { partitionKey, sortKey, expiry } = TABLES.roll;
  const keyOf = ({ id }: Due) => toItem({ [partitionKey]: PARTITION, [sortKey]: id });
  return {
    async isSent(due) {
      const command = new GetItemCommand({ TableName, Key: keyOf(due), ConsistentRead: true });
      return (await client.send(command, untilDeadline())).Item !== undefined;
    },

    async markSent(due) {
      const expiresAt = Math.ceil(due.at / 1000) + KEPT_DAYS * 86_400;
      const Item = { ...keyOf(due), ...toItem({ [expiry]: expiresAt }) };
      const ConditionExpression = 'attribute_not_exists(#pk)';
      const ExpressionAttributeNames = { '#pk': partitionKey };
      const put = new PutItemCommand({ TableName, Item, ConditionExpression, ExpressionAttributeNames });
      await held(client.send(put, untilDeadline()));
    },
  };
}

export interface ReporterOptions extends Omit<ReportPlace, 'channel'> {
  readonly channels: Pick<ChannelStore, 'list'>;
  readonly notices: Pick<NoticeStore, 'recent' | 'add'>;
  readonly marks: ReportMarks;
  readonly defaults?: readonly string[] | undefined;
  /** The outages that began after an instant. */
  readonly outagesSince: (instant: number) => Promise<Iterable<OutageSpan>>;
}

/**
 * Makes what sends the reports that are due, each once, however often it is called: with each tick, and it costs a read in the
 * life of a process. Reports go through the channels of the stage, but not by SMS.
 */
export function createReporter(
  options: ReporterOptions,
): (states: Iterable<SourceState>, now: number) => Promise<void> {
  const { channels, notices, marks, zone, stage, baseUrl, defaults, outagesSince } = options;
  /** The ids of those that are known to be sent. */
  const sent = new Map<ReportName, string>();

  return async (states, now) => {
    for (const report of REPORTS) {
      const due = lastDue(report, zone, now);
      if (sent.get(report) === due.id || now - due.at > MOST_LATE_MS) continue;
      if (!(await marks.isSent(due))) {
        await send(report, due, [...states]);
        await marks.markSent(due);
      }
      sent.set(report, due.id);
    }
  };

  async function send(report: ReportName, due: Due, states: readonly SourceState[]): Promise<void> {
    const all = (await channels.list()).filter(({ kind }) => kind !== 'sms');
    const messageFor = await composer(report, due, states);
    for (const channel of channelsFor(undefined, { channels: all, defaults })) {
      const message = messageFor({ stage, channel, baseUrl, zone });
      await announce(notices, channel, { purpose: 'report', id: due.id, message, now: due.at });
    }
  }

  /** What makes the message for a channel: what it is made of is read once. */
  async function composer(report: ReportName, { at }: Due, states: readonly SourceState[]) {
    if (report === 'last-contact') {
      const found = lastContactReport(states, DAYS_UNHEARD, at);
      return (place: ReportPlace) => lastContactMessage(place, found, DAYS_UNHEARD);
    }
    const from = at - WEEK;
    // An outage that began long before may have ended in the week.
    const summary = summaryOf(states, await outagesSince(from - 4 * WEEK), { from, to: at });
    return (place: ReportPlace) => summaryMessage(place, summary);
  }
}
