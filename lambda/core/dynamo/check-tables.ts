import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { untilDeadline } from './deadline.ts';
import { StoreUnavailableError } from './errors.ts';
import { TABLE_ENTRIES, type TableId } from './tables.ts';

export interface TableCheckOptions {
  readonly client: DynamoDBDocumentClient;
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
    const Key = { [partitionKey]: 'ready', ...(sortKey && { [sortKey]: 'ready' }) };
    return TableName === undefined ? [] : [new GetCommand({ TableName, Key })];
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
