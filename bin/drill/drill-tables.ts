/** The tables that a drill makes: their names, how long they take, and how they go again. */
import {
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  LimitExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { TABLE_ENTRIES, TABLES, type TableId } from '../../lambda/core/dynamo/tables.ts';

/** How time passes. */
export interface Pace {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Rejects when the signal is aborted. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** In milliseconds: a restore takes many minutes, a deletion seconds. */
const BETWEEN_LOOKS = 15_000;
const BETWEEN_DELETIONS = 5_000;

/** The name of a restored table; nothing else that there is has names like it. */
export function drillNameOf(stage: string, id: TableId, at: number): string {
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `rollcall-${stage}-drill-${TABLES[id].name}-${stamp}`;
}

/**
 * Whether a table is one that a drill of the stage has made. The whole name counts: another stage may be called
 * `STAGE-drill`, and its tables must not be taken for ours.
 */
export function isOfDrill(name: string, stage: string): boolean {
  const start = `rollcall-${stage}-drill-`;
  const [table, stamp = '', ...more] = name.startsWith(start) ? name.slice(start.length).split('-') : [];
  return TABLE_ENTRIES.some(([, known]) => known.name === table) && /^\d{8}T\d{6}Z$/.test(stamp) && more.length === 0;
}

async function describe(client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Waits until a table can be used. @returns when that was, in milliseconds since the Unix epoch */
export async function untilActive(
  client: DynamoDBClient,
  name: string,
  pace: Pace,
  signal: AbortSignal,
): Promise<number> {
  for (;;) {
    signal.throwIfAborted();
    // It may not be listed at once.
    if ((await describe(client, name))?.TableStatus === 'ACTIVE') return pace.now();
    await pace.wait(BETWEEN_LOOKS, signal);
  }
}

/** Deletes a table as soon as DynamoDB lets it go, which is not while it is being restored, and waits until it is gone. */
export async function removeTable(client: DynamoDBClient, name: string, pace: Pace): Promise<void> {
  for (let table = await describe(client, name); table !== undefined; table = await describe(client, name)) {
    if (table.TableStatus === 'ACTIVE') await deleteActive(client, name, table);
    await pace.wait(BETWEEN_DELETIONS);
  }
}

async function deleteActive(client: DynamoDBClient, TableName: string, table: TableDescription): Promise<void> {
  try {
    // A restored table has none, by the documentation; if that changes, it is in the way here alone.
    if (table.DeletionProtectionEnabled) {
      await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    }
    await client.send(new DeleteTableCommand({ TableName }));
  } catch (error) {
    const passes = [ResourceNotFoundException, ResourceInUseException, LimitExceededException];
    if (!passes.some((kind) => error instanceof kind)) throw error;
  }
}
