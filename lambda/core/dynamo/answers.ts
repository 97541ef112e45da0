import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { untilDeadline } from './deadline.ts';

/** The answers of a query, one after the other: DynamoDB ends each at 1 MB. The next is asked for when it is wanted. */
export async function* answersOf(
  client: DynamoDBClient,
  query: Omit<QueryCommandInput, 'ExclusiveStartKey'>,
): AsyncGenerator<QueryCommandOutput> {
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const answer = await client.send(new QueryCommand({ ...query, ExclusiveStartKey }), untilDeadline());
    yield answer;
    ExclusiveStartKey = answer.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}
