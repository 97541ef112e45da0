import { setTimeout as wait } from 'node:timers/promises';
import type { BatchWriteItemCommandOutput, WriteRequest } from '@aws-sdk/client-dynamodb';

/** In milliseconds: where a table takes no more for now, it is asked again after a while, each time twice as long. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 5000;

/** Writes at most 25 requests to a table, however often it gives some of them back. */
export async function writeAll(
  send: (items: Record<string, WriteRequest[]>) => Promise<Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'>>,
  tableName: string,
  requests: readonly WriteRequest[],
  signal?: AbortSignal,
): Promise<void> {
  let left = [...requests];
  for (let pause = FIRST_WAIT; left.length > 0; pause = Math.min(2 * pause, LONGEST_WAIT)) {
    const { UnprocessedItems } = await send({ [tableName]: left });
    left = UnprocessedItems?.[tableName] ?? [];
    if (left.length > 0) await wait(pause, undefined, signal && { signal });
  }
}
