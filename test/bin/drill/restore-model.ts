import {
  BatchWriteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import * as v from 'valibot';
import { TABLE_ENTRIES } from '../../../lambda/core/dynamo/tables.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';

const Restore = v.object({ SourceTableName: v.string(), TargetTableName: v.string(), RestoreDateTime: v.date() });
const Named = v.object({ TableName: v.string() });

/** How long a table is being restored, in looks at it. */
const LOOKS = 3;

export interface ModelOptions {
  readonly endpoint: string;
  /** The last moment to which tables can be restored. */
  readonly moment: Date;
  /** Is told of each call, before it is made; what it throws is thrown to the caller. */
  readonly onCall?: (call: string) => void;
  /** What is left out of what is restored, as a backup may that is not what it should be. */
  readonly loses?: (item: Readonly<Record<string, unknown>>) => boolean;
  /** Whether restored tables refuse to be deleted, as they may one day. */
  readonly protects?: boolean;
}

/**
 * A small model of what DynamoDB does beyond what the embedded store can: a restore makes a table of the items that there
 * are in the source, is under way for a while, in which the table cannot be deleted (API reference, DeleteTable), and
 * comes without deletion protection. It is restored to now, whatever the moment.
 */
export function createRestoreModel({
  endpoint,
  moment,
  onCall = () => {},
  loses = () => false,
  protects = false,
}: ModelOptions) {
  const plain = new DynamoDBClient({ region: 'us-east-1', endpoint, credentials: fromEnv() });
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint, credentials: fromEnv() });
  /** Looks that are left at each table that is being restored. */
  const busy = new Map<string, number>();
  const isProtected = new Set<string>();
  const metadata = { $metadata: {} };

  async function restore(source: string, target: string): Promise<void> {
    const [id] = TABLE_ENTRIES.find(([, { name }]) => source.includes(name)) ?? [];
    if (id === undefined) throw new ResourceNotFoundException({ message: source, ...metadata });
    await createTables({ region: 'us-east-1', dynamodbEndpoint: endpoint, tables: { [id]: target } });
    const { Items = [] } = await plain.send(new ScanCommand({ TableName: source }));
    const kept = Items.filter((item) => !loses(item));
    for (let from = 0; from < kept.length; from += 25) {
      const requests = kept.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
      await plain.send(new BatchWriteItemCommand({ RequestItems: { [target]: requests } }));
    }
    busy.set(target, LOOKS);
    if (protects) isProtected.add(target);
  }

  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        onCall(commandName);
        const { input } = args;
        const answer = (output: object) => ({ response: undefined, output: { ...metadata, ...output } });
        if (commandName === 'DescribeContinuousBackupsCommand') {
          const PointInTimeRecoveryDescription = { LatestRestorableDateTime: moment };
          return answer({ ContinuousBackupsDescription: { PointInTimeRecoveryDescription } }) as never;
        }
        if (commandName === 'RestoreTableToPointInTimeCommand') {
          const { SourceTableName, TargetTableName } = v.parse(Restore, input);
          await restore(SourceTableName, TargetTableName);
          return answer({}) as never;
        }
        if (commandName === 'UpdateTableCommand') {
          isProtected.delete(v.parse(Named, input).TableName);
          return answer({}) as never;
        }
        if (commandName === 'DescribeTableCommand' || commandName === 'DeleteTableCommand') {
          const { TableName } = v.parse(Named, input);
          const left = busy.get(TableName) ?? 0;
          if (commandName === 'DeleteTableCommand') {
            if (left > 0 || isProtected.has(TableName))
              throw new ResourceInUseException({ message: TableName, ...metadata });
          } else {
            busy.set(TableName, left - 1);
            const found = await next(args);
            const table = {
              TableStatus: left > 0 ? 'CREATING' : 'ACTIVE',
              DeletionProtectionEnabled: isProtected.has(TableName),
            };
            return { ...found, output: { ...found.output, Table: table } };
          }
        }
        return next(args);
      },
    { step: 'initialize' },
  );

  return {
    client,
    /** The names of all tables. */
    tables: async (): Promise<readonly string[]> => (await plain.send(new ListTablesCommand())).TableNames ?? [],
  };
}
