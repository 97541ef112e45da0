import { type DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { answersOf } from '../dynamo/answers.ts';
import { held } from '../dynamo/condition.ts';
import { untilDeadline } from '../dynamo/deadline.ts';
import { type Fields, toItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import {
  headOf,
  type NewNotice,
  type Notice,
  type NoticeHead,
  noticeId,
  noticeOf,
  noticePartition,
  type Outcome,
  shortHash,
  sortKeyOf,
} from './notice.ts';

const KEPT_DAYS = 90;
/** Notices that wait are few, and each may be large. */
const PAGE = 5;

/** What is asked of one notice. */
type NoticeKey = Pick<NoticeHead, 'channel' | 'sequence'>;

export interface NoticeStore {
  /** The newest notices of a channel, newest first, strongly consistent. */
  recent(channel: string, count: number): Promise<readonly NoticeHead[]>;
  /**
   * Writes a notice, unless one with its place is there: of two that tell at the same time one must look again.
   *
   * @returns whether it was written
   */
  add(notice: NewNotice): Promise<boolean>;
  get(key: NoticeKey): Promise<NoticeHead | undefined>;
  /** The notices of a channel that are not settled, oldest first. They are settled in their order, so all are the newest ones. */
  pending(channel: string): Promise<readonly Notice[]>;
  /** Holds a notice that nobody holds, to send it. @returns whether that succeeded */
  claim(key: NoticeKey, now: number, until: number): Promise<boolean>;
  /** Says how it ended, if it has not. The message goes: what is kept is that it was told, and what was answered. */
  settle(
    key: NoticeKey,
    end: { readonly at: number; readonly outcome: Outcome; readonly answer: string },
  ): Promise<void>;
  /** Has it tried again later. */
  retry(key: NoticeKey, until: number, answer: string): Promise<void>;
  /** Changes a notice that waits, so that the stream hands it on once more. */
  redrive(key: NoticeKey, now: number): Promise<void>;
}

/** The notices in the table `Roll`: `pk = "m#" + channel`, `sk` = the place of the notice. */
export function createNoticeStore({
  client,
  tableName: TableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): NoticeStore {
  const { partitionKey, sortKey, expiry } = TABLES.roll;
  const keyOf = ({ channel, sequence }: NoticeKey) =>
    toItem({ [partitionKey]: noticePartition(channel), [sortKey]: sortKeyOf(sequence) });

  /** The notices of a channel, the newest first, so many at a time. */
  function noticesOf(channel: string, Limit: number) {
    return answersOf(client, {
      TableName,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': partitionKey },
      ExpressionAttributeValues: { ':pk': { S: noticePartition(channel) } },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit,
    });
  }

  /** An update under a condition. @returns whether it held */
  function update(key: NoticeKey, UpdateExpression: string, condition: string, values: Fields): Promise<boolean> {
    // Each name stands for the attribute that is called so.
    const names = `${UpdateExpression} ${condition}`.match(/#\w+/g) ?? [];
    const command = new UpdateItemCommand({
      TableName,
      Key: keyOf(key),
      UpdateExpression,
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])),
      ExpressionAttributeValues: toItem(values),
    });
    return held(client.send(command, untilDeadline()));
  }

  const UNSETTLED = `attribute_exists(#${partitionKey}) AND attribute_not_exists(#settledAt)`;

  return {
    async recent(channel, count) {
      for await (const { Items = [] } of noticesOf(channel, count)) return Items.map((item) => headOf(channel, item));
      return [];
    },

    async add({ channel, sequence, ids, message, ...rest }) {
      const told = ids.map(shortHash);
      const Item = {
        ...keyOf({ channel, sequence }),
        ...toItem({
          ...rest,
          id: noticeId(channel, ids),
          told: told.join(','),
          count: ids.length,
          message: JSON.stringify(message),
          [expiry]: Math.ceil(rest.createdAt / 1000) + KEPT_DAYS * 86_400,
        }),
      };
      const ConditionExpression = 'attribute_not_exists(#pk)';
      const ExpressionAttributeNames = { '#pk': partitionKey };
      const put = new PutItemCommand({ TableName, Item, ConditionExpression, ExpressionAttributeNames });
      return held(client.send(put, untilDeadline()));
    },

    async get(key) {
      const command = new GetItemCommand({ TableName, Key: keyOf(key), ConsistentRead: true });
      const { Item } = await client.send(command, untilDeadline());
      return Item && headOf(key.channel, Item);
    },

    async pending(channel) {
      const waiting: Notice[] = [];
      for await (const { Items = [] } of noticesOf(channel, PAGE)) {
        const open = Items.filter(({ settledAt }) => settledAt === undefined);
        waiting.push(...open.map((item) => noticeOf(channel, item)));
        if (open.length < Items.length) break;
      }
      return waiting.reverse();
    },

    claim(key, now, until) {
      return update(
        key,
        'SET #heldUntil = :until ADD #attempts :one REMOVE #redrive',
        `${UNSETTLED} AND (attribute_not_exists(#heldUntil) OR #heldUntil <= :now)`,
        { ':until': until, ':now': now, ':one': 1 },
      );
    },

    async settle(key, { at, outcome, answer }) {
      await update(
        key,
        'SET #settledAt = :at, #outcome = :outcome, #answer = :answer REMOVE #message, #heldUntil, #redrive',
        UNSETTLED,
        { ':at': at, ':outcome': outcome, ':answer': answer },
      );
    },

    async retry(key, until, answer) {
      await update(key, 'SET #heldUntil = :until, #answer = :answer', UNSETTLED, {
        ':until': until,
        ':answer': answer,
      });
    },

    async redrive(key, now) {
      await update(key, 'SET #redrive = :now', UNSETTLED, { ':now': now });
    },
  };
}
