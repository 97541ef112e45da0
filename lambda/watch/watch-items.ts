/** The items of the watch itself: its lease, and its report. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { held } from '../core/dynamo/condition.ts';
import { untilDeadline } from '../core/dynamo/deadline.ts';
import { toItem } from '../core/dynamo/items.ts';
import { fieldsOfWatch, LEASE_KEY, WATCH_KEY, watchOfItem } from '../core/roll/items.ts';
import type { WatchReport } from '../core/roll/state.ts';

export interface WatchItems {
  /** Takes the lease until an instant. It only saves work: two ticks at once are right, too. @returns whether it was free */
  takeLease(at: number, until: number): Promise<boolean>;
  releaseLease(): Promise<void>;
  readReport(): Promise<WatchReport | undefined>;
  /** Stores the report, unless there is a later one. */
  writeReport(report: WatchReport): Promise<void>;
}

export interface WatchItemsOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export function createWatchItems({ client, tableName: TableName }: WatchItemsOptions): WatchItems {
  /** @returns whether the condition held */
  function putIf(item: Parameters<typeof toItem>[0], attribute: string, most: number): Promise<boolean> {
    const command = new PutItemCommand({
      TableName,
      Item: toItem(item),
      ConditionExpression: 'attribute_not_exists(#attribute) OR #attribute <= :most',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: toItem({ ':most': most }),
    });
    return held(client.send(command, untilDeadline()));
  }

  return {
    takeLease: (at, until) => putIf({ ...LEASE_KEY, leasedUntil: until }, 'leasedUntil', at),

    async releaseLease() {
      const Item = toItem({ ...LEASE_KEY, leasedUntil: 0 });
      await client.send(new PutItemCommand({ TableName, Item }), untilDeadline());
    },

    async readReport() {
      const command = new GetItemCommand({ TableName, Key: toItem(WATCH_KEY), ConsistentRead: true });
      const { Item } = await client.send(command, untilDeadline());
      return Item && watchOfItem(Item);
    },

    async writeReport(report) {
      await putIf({ ...WATCH_KEY, ...fieldsOfWatch(report) }, 'at', report.at);
    },
  };
}
