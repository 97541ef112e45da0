import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { untilDeadline } from './deadline.ts';
import { StoreUnavailableError } from './errors.ts';
import { toItem } from './items.ts';
import { TABLE_ENTRIES, type TableId } from './tables.ts';

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
  const commands = TABLE_ENTRIES.flatMap(([id, { partitionKey, sortKey }]) => {
    const TableName = tables[id];
    const Key = toItem({ [partitionKey]: 'ready', ...(sortKey && { [sortKey]: 'ready' }) });
    return TableName === undefined ? [] : [new GetItemCommand({ TableName, Key })];
  });
  return async () => {
    try {
      await Promise.all(commands.map((command) => client.send(command, untilDeadline())));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      throw new StoreUnavailableError('a table cannot be read', { cause: error });
    }
  };
}
