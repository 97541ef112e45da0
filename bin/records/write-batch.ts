import { setTimeout as wait } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';

/** What DynamoDB takes at once. */
export const BATCH_SIZE = 25;
/** In milliseconds: where a table takes no more for now, it is asked again after a while, each time twice as long. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 5000;

/** Writes requests to a table, one batch after the other, however often it gives some of them back. */
export async function writeAll(
  client: DynamoDBClient,
  tableName: string,
  requests: readonly WriteRequest[],
  signal?: AbortSignal,
): Promise<void> {
  for (let from = 0; from < requests.length; from += BATCH_SIZE) {
    let left = requests.slice(from, from + BATCH_SIZE);
    for (let pause = FIRST_WAIT; left.length > 0; pause = Math.min(2 * pause, LONGEST_WAIT)) {
      const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
      const { UnprocessedItems } = await client.send(command);
      left = UnprocessedItems?.[tableName] ?? [];
      if (left.length > 0) await wait(pause, undefined, signal && { signal });
    }
  }
}
