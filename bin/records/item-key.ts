import { toItem, type WireItem } from '../../lambda/core/dynamo/items.ts';
import type { TableDefinition } from '../../lambda/core/dynamo/tables.ts';

/** The key of an item of a table. */
export function keyOf({ partitionKey, sortKey }: TableDefinition, item: WireItem) {
  return toItem({ [partitionKey]: item[partitionKey]?.S, ...(sortKey && { [sortKey]: item[sortKey]?.S }) });
}
