import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../lambda/api/env.ts';
import { backends, openStore } from '../../support/stores.ts';
import { DIFFERENCES, differencesTable } from './differences.ts';

describe.each(backends())('$name', (backend) => {
  let env: Env;
  let client: DynamoDBDocumentClient;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ env, close } = await openStore(backend));
    const { region, dynamodbEndpoint: endpoint = '' } = env;
    client = DynamoDBDocumentClient.from(new DynamoDBClient({ region, endpoint, maxAttempts: 1 }));
  });
  afterAll(async () => {
    client.destroy();
    await close();
  });

  it.each(DIFFERENCES)('answers as docs/conformance.md says: $what', async ({ ask, embedded, local }) => {
    const answer = await ask(client, env.tables.timestamps);
    expect(answer).toBe(backend.name === 'DynamoDB Local' ? local : embedded);
  });

  it('ends a page at 1 MB, at the same item as the other', async () => {
    const TableName = env.tables.timestamps;
    for (let i = 100; i < 112; i++) {
      await client.send(new PutCommand({ TableName, Item: { pk: 'full', sk: `${i}`, note: 'x'.repeat(100_000) } }));
    }
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'full' },
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL',
    } as const;
    const { Count, LastEvaluatedKey, ConsumedCapacity } = await client.send(new QueryCommand(query));
    expect([Count, LastEvaluatedKey?.sk, ConsumedCapacity?.CapacityUnits]).toEqual([11, '110', 269]);
  });

  it('refuses a strongly consistent read of the index, an item above 400 KB and an empty key', async () => {
    const TableName = env.tables.timestamps;
    const query = new QueryCommand({
      TableName,
      IndexName: 'bySource',
      ConsistentRead: true,
      KeyConditionExpression: 'sourceShard = :key',
      ExpressionAttributeValues: { ':key': 'a#1' },
    });
    const large = new PutCommand({ TableName, Item: { pk: 'a', sk: 'b', note: 'x'.repeat(410_000) } });
    const nameless = new PutCommand({ TableName, Item: { pk: '', sk: 'b' } });
    const refused = expect.objectContaining({ name: 'ValidationException' });
    await expect(client.send(query)).rejects.toThrow(refused);
    await expect(client.send(large)).rejects.toThrow(refused);
    await expect(client.send(nameless)).rejects.toThrow(refused);
  });
});

it('docs/conformance.md lists these differences and no others', () => {
  const document = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');
  const rows = document.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.join('\n')).toBe(differencesTable());
});
