import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Env } from '../env.ts';
import { countUnits } from './deadline.ts';
import { StoreUnavailableError } from './errors.ts';
import { keepQueryAnswers } from './query-answers.ts';

/** In milliseconds. DynamoDB is a few of them away, or not there; a connection that hangs is given up within a second. */
const ATTEMPT_MS = 900;
/** Without limits the SDK waits on a hung socket for ever, and without the last line it only warns. */
export const TIMEOUTS = {
  connectionTimeout: ATTEMPT_MS,
  /** Until the answer begins. */
  requestTimeout: ATTEMPT_MS,
  /** Between two parts of the answer. */
  socketTimeout: ATTEMPT_MS,
  throwOnRequestTimeout: true,
} as const;
/** The first try and two more. */
export const MAX_ATTEMPTS = 3;

/** Credentials of AWS, or what provides them. */
export type Credentials = NonNullable<DynamoDBClientConfig['credentials']>;

export interface ClientOptions extends Pick<DynamoDBClientConfig, 'requestHandler' | 'retryStrategy'> {
  /** @default - those of the environment */
  readonly credentials?: Credentials | undefined;
}

/**
 * The one client of DynamoDB, for the life of the process; it keeps its connections. What fails for a reason that may
 * pass, after the SDK's own retries, fails as a StoreUnavailableError.
 */
export function createDynamoClient(
  { region, dynamodbEndpoint }: Pick<Env, 'region' | 'dynamodbEndpoint'>,
  { credentials = fromEnv(), ...timing }: ClientOptions = {},
): DynamoDBClient {
  const client = new DynamoDBClient({
    region,
    ...(dynamodbEndpoint && { endpoint: dynamodbEndpoint }),
    credentials,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: TIMEOUTS,
    ...timing,
  });
  // It copies every answer for a log of the SDK that nobody keeps.
  client.middlewareStack.remove('loggerMiddleware');
  keepQueryAnswers(client);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        context.throttled = isSdkError(error) && isThrottlingError(error);
        // What is no JSON was cut off on the way.
        throw error instanceof SyntaxError ? Object.assign(error, { $retryable: {} }) : error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'attempt' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const throttled = context.throttled === true;
        if (isSdkError(error) && (throttled || error.name === 'AbortError' || isTransientError(error))) {
          const message = throttled ? 'DynamoDB asks to be called less' : 'DynamoDB does not answer as it should';
          throw new StoreUnavailableError(message, { cause: error, throttled });
        }
        throw error;
      }
    },
    { step: 'initialize', name: 'unavailable' },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { output } = answer;
        const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
        const units = typeof consumed === 'object' && 'CapacityUnits' in consumed ? (consumed.CapacityUnits ?? 0) : 0;
        countUnits(/^(Put|Update|Delete)/.test(commandName ?? '') ? 'write' : 'read', units);
        return answer;
      },
    { step: 'initialize', name: 'consumedUnits' },
  );
  return client;
}

/** Any error may come out of the SDK; what it asks about is absent from the others. */
function isSdkError(error: unknown): error is Parameters<typeof isTransientError>[0] {
  return error instanceof Error;
}
