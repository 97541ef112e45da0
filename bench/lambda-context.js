// Plain JavaScript and no imports: a fresh process must have loaded nothing before the clock starts.

let invocations = 0;

/**
 * What Lambda hands to the handler beside the event, as far as the contestants read it.
 *
 * @returns {Record<string, unknown>}
 */
export function createContext() {
  invocations += 1;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'bench',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
    memoryLimitInMB: '256',
    awsRequestId: `00000000-0000-4000-8000-${String(invocations).padStart(12, '0')}`,
    logGroupName: '/aws/lambda/bench',
    logStreamName: 'bench',
    getRemainingTimeInMillis: () => 10_000,
  };
}
