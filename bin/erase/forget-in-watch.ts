import { type AttributeValue, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { toItem, type WireItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { withoutSource } from '../../lambda/core/roll/checkpoint.ts';
import { WATCH_KEY, watchOfItem } from '../../lambda/core/roll/items.ts';
import { keyOf } from '../records/item-key.ts';
import { type RollTable, updateIf } from './roll-table.ts';

/**
 * Takes a source out of what the watch has noted: its checkpoints, and the names of those that are late. An instance that
 * runs remembers it all the same, until its next tick finds neither its item nor its record.
 */
export async function forgetInWatch(table: RollTable, source: string): Promise<void> {
  for (const found of await keysOfWatch(table)) {
    // One at a time: a checkpoint may have 64 MB.
    const command = new GetItemCommand({
      TableName: table.tableName,
      Key: keyOf(TABLES.roll, found),
      ConsistentRead: true,
    });
    const { Item: item = {} } = await table.client.send(command);
    const checkpoint = item.data?.B;
    const B = checkpoint && withoutSource(checkpoint, source);
    if (B !== undefined) await replace(table, item, 'data', { B });
    if (item.sk?.S !== WATCH_KEY.sk) continue;
    const { late } = watchOfItem(item);
    const others = late.filter((name) => name !== source);
    if (others.length < late.length) await replace(table, item, 'late', { S: JSON.stringify(others) });
  }
}

async function keysOfWatch({ client, tableName }: RollTable): Promise<readonly WireItem[]> {
  const { partitionKey, sortKey } = TABLES.roll;
  const input = {
    TableName: tableName,
    KeyConditionExpression: '#pk = :pk',
    ProjectionExpression: '#pk, #sk',
    ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
    ExpressionAttributeValues: toItem({ ':pk': WATCH_KEY.pk }),
    ConsistentRead: true,
  };
  const found: WireItem[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, input)) found.push(...Items);
  return found;
}

async function replace(table: RollTable, item: WireItem, attribute: string, value: AttributeValue): Promise<void> {
  const before = item[attribute];
  if (before === undefined) return;
  await updateIf(table, {
    Key: keyOf(TABLES.roll, item),
    UpdateExpression: 'SET #attribute = :value',
    ConditionExpression: '#attribute = :before',
    ExpressionAttributeNames: { '#attribute': attribute },
    ExpressionAttributeValues: { ':value': value, ':before': before },
  });
}
