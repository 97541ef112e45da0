import { type DynamoDBClient, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { held } from '../../lambda/core/dynamo/condition.ts';

export interface RollTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Updates an item; if the condition does not hold, somebody has written it anew, and the next look finds what they wrote. */
export async function updateIf(
  { client, tableName }: RollTable,
  update: Omit<UpdateItemCommandInput, 'TableName'>,
): Promise<void> {
  await held(client.send(new UpdateItemCommand({ TableName: tableName, ...update })));
}
