/** AWS as a drill sees it from a process of its own: a store on this machine, with the model of what it cannot do before it. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { BatchWriteItemCommand, DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import * as v from 'valibot';
import { TABLE_ENTRIES } from '../../../lambda/core/dynamo/tables.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { listen } from '../../../local/listen.ts';

const REGION = 'us-east-1';
const TARGET = 'DynamoDB_20120810.';
const Restore = v.object({ SourceTableName: v.string(), TargetTableName: v.string() });
const Named = v.object({ TableName: v.string() });
const Described = v.object({ Table: v.looseObject({ TableStatus: v.string() }) });

export interface RestoreProxy {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** The names of all tables. */
  readonly tables: () => Promise<readonly string[]>;
  /** Whether restores are under way for as long as this says. */
  isRestoring: boolean;
  /** Whether what is restored is empty. */
  isEmptied: boolean;
  /** Is told of each look at a table that is being restored, before it is answered. */
  onLook: () => void;
  readonly close: () => Promise<void>;
}

/** Restores are to now, whatever the moment. A table that is being restored cannot be deleted. */
export async function startRestoreProxy(): Promise<RestoreProxy> {
  const store = await startEmbeddedDynamo();
  const client = new DynamoDBClient({ region: REGION, endpoint: store.endpoint, credentials: fromEnv() });
  const tables = async () => (await client.send(new ListTablesCommand())).TableNames ?? [];
  const restored = new Set<string>();

  async function restore({ SourceTableName, TargetTableName }: v.InferOutput<typeof Restore>) {
    const [id] = TABLE_ENTRIES.find(([, { name }]) => SourceTableName.includes(`data-${name}Table`)) ?? [];
    if (id === undefined) throw new Error(`no table is like ${SourceTableName}`);
    await createTables({ region: REGION, dynamodbEndpoint: store.endpoint, tables: { [id]: TargetTableName } });
    restored.add(TargetTableName);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: SourceTableName }));
    if (proxy.isEmptied || Items.length === 0) return;
    const requests = Items.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TargetTableName]: requests } }));
  }

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const call = String(request.headers['x-amz-target']).replace(TARGET, '');
    const answer = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(value));
    };
    const input: unknown = JSON.parse(body);
    if (call === 'DescribeContinuousBackups') {
      const PointInTimeRecoveryDescription = { LatestRestorableDateTime: Date.now() / 1000 };
      return answer(200, { ContinuousBackupsDescription: { PointInTimeRecoveryDescription } });
    }
    if (call === 'RestoreTableToPointInTime') {
      await restore(v.parse(Restore, input));
      return answer(200, {});
    }
    const isBusy = proxy.isRestoring && v.is(Named, input) && restored.has(input.TableName);
    if (isBusy && call === 'DeleteTable') {
      return answer(400, { __type: 'com.amazonaws.dynamodb.v20120810#ResourceInUseException', message: 'busy' });
    }
    if (isBusy && call === 'DescribeTable') proxy.onLook();
    const headers = { 'x-amz-target': `${TARGET}${call}`, 'content-type': 'application/x-amz-json-1.0' };
    const authorization = String(request.headers.authorization);
    const date = String(request.headers['x-amz-date']);
    const onward = { method: 'POST', headers: { ...headers, authorization, 'x-amz-date': date }, body };
    const answered = await fetch(store.endpoint, onward);
    const value: unknown = await answered.json();
    if (!isBusy || !v.is(Described, value)) return answer(answered.status, Object(value));
    answer(200, { Table: { ...value.Table, TableStatus: 'CREATING' } });
  });
  const proxy: RestoreProxy = {
    endpoint: await listen(server),
    client,
    tables,
    isRestoring: false,
    isEmptied: false,
    onLook: () => {},
    close: async () => {
      server.closeAllConnections();
      server.close();
      client.destroy();
      await store.close();
    },
  };
  return proxy;
}
