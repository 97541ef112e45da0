import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';

export interface RollTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Updates an item; if the condition does not hold, somebody has written it anew, and the next look finds what they wrote. */
export async function updateIf(
  { client, tableName }: RollTable,
  update: Omit<UpdateItemCommandInput, 'TableName'>,
): Promise<void> {
  try {
    await client.send(new UpdateItemCommand({ TableName: tableName, ...update }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
