import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Env } from '../env.ts';
import { StoreUnavailableError } from './errors.ts';

/**
 * In milliseconds. DynamoDB is a few of them away, or not there; without limits the SDK waits on a hung socket for ever,
 * and without the last line it only warns.
 */
export const TIMEOUTS = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
} as const;
/** The first try and two more. */
const MAX_ATTEMPTS = 3;

/**
 * The one client of DynamoDB, for the life of the process; it keeps its connections. What fails for a reason that may
 * pass, after the SDK's own retries, fails as a StoreUnavailableError.
 */
export function createDynamoClient({ region, dynamodbEndpoint }: Pick<Env, 'region' | 'dynamodbEndpoint'>) {
  const client = new DynamoDBClient({
    region,
    ...(dynamodbEndpoint && { endpoint: dynamodbEndpoint }),
    // Lambda hands its role's credentials over in the environment; a profile that is set there, too, is not asked.
    credentials: fromEnv(),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: TIMEOUTS,
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isSdkError(error) && (isThrottlingError(error) || isTransientError(error))) {
          throw new StoreUnavailableError('DynamoDB is out of reach or too busy', { cause: error });
        }
        throw error;
      }
    },
    { step: 'initialize', name: 'unavailable' },
  );
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Any error may come out of the SDK; what it asks about is absent from the others. */
function isSdkError(error: unknown): error is Parameters<typeof isTransientError>[0] {
  return error instanceof Error;
}
