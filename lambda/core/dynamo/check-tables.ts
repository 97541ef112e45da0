import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { untilDeadline } from './deadline.ts';
import { StoreUnavailableError } from './errors.ts';
import { toItem } from './items.ts';
import { TABLE_ENTRIES, type TableDefinition, type TableId } from './tables.ts';

export interface TableCheckOptions {
  readonly client: DynamoDBClient;
  /** The names of the tables that are checked. */
  readonly tables: Readonly<Partial<Record<TableId, string>>>;
}

/**
 * Makes the check that tables answer: one read of each, all at once. It rejects with a StoreUnavailableError when one
 * fails, for whatever reason.
 */
export function createTableCheck({ client, tables }: TableCheckOptions): () => Promise<void> {
  const reads = TABLE_ENTRIES.flatMap(([id, definition]) => {
    const TableName = tables[id];
    return TableName === undefined ? [] : [readOf(client, TableName, definition)];
  });
  return async () => {
    try {
      await Promise.all(reads.map((read) => read()));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      throw new StoreUnavailableError('a table cannot be read', { cause: error });
    }
  };
}

/** A read of nothing that there is, by an operation that users of the table may call. */
function readOf(client: DynamoDBClient, TableName: string, definition: TableDefinition): () => Promise<unknown> {
  const { partitionKey, sortKey, use } = definition;
  if (Object.values(use).some(({ table }) => table.includes('GetItem'))) {
    const Key = toItem({ [partitionKey]: 'ready', ...(sortKey && { [sortKey]: 'ready' }) });
    return () => client.send(new GetItemCommand({ TableName, Key }), untilDeadline());
  }
  const query = new QueryCommand({
    TableName,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': partitionKey },
    ExpressionAttributeValues: { ':pk': { S: 'ready' } },
  });
  return () => client.send(query, untilDeadline());
}
