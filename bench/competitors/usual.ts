/** The usual stack: middy, Powertools' logger and metrics, zod and the AWS SDK's document client. */
import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { ALBResult, Context } from 'aws-lambda';
import { z } from 'zod';

const Strings = z.record(z.string(), z.array(z.string()));

const Event = z.object({
  requestContext: z.object({ elb: z.object({ targetGroupArn: z.string() }) }),
  httpMethod: z.enum(['GET', 'POST']),
  path: z.literal('/app'),
  multiValueQueryStringParameters: Strings.optional(),
  multiValueHeaders: Strings,
  body: z.string(),
  isBase64Encoded: z.boolean(),
});

const Body = z.object({
  source: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .optional(),
  note: z.string().max(1024).optional(),
});

const { AWS_REGION, TIMESTAMPS_TABLE, DYNAMODB_ENDPOINT } = z
  .object({ AWS_REGION: z.string(), TIMESTAMPS_TABLE: z.string(), DYNAMODB_ENDPOINT: z.url() })
  .parse(process.env);
const PARTITION = 'usual';

const logger = new Logger({ serviceName: 'usual' });
const metrics = new Metrics({ namespace: 'Usual', serviceName: 'usual' });
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: AWS_REGION, endpoint: DYNAMODB_ENDPOINT }), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The Lambda entry. */
export const handler = middy<unknown, ALBResult>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics, { captureColdStartMetric: true }))
  .onError((request) => {
    const invalid = request.error instanceof z.ZodError || request.error instanceof SyntaxError;
    if (!invalid) logger.error('request failed', { error: request.error });
    request.response = invalid
      ? answer(400, 'Bad Request', { message: request.error?.message })
      : answer(500, 'Internal Server Error', { message: 'Something went wrong' });
  })
  .handler(async (input: unknown, context: Context) => {
    const event = Event.parse(input);
    return event.httpMethod === 'POST' ? record(event, context.awsRequestId) : list();
  });

async function record(event: z.infer<typeof Event>, requestId: string): Promise<ALBResult> {
  const text = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  const { source, note } = Body.parse(JSON.parse(text || '{}'));
  const id = randomUUID();
  const timestamp = new Date().toISOString();
  const clientIp = event.multiValueHeaders['x-forwarded-for']?.[0];
  const protocol = event.multiValueHeaders['x-forwarded-proto']?.[0];
  const item = { id, timestamp, source, note, clientIp, protocol, requestId };
  await client.send(
    new PutCommand({ TableName: TIMESTAMPS_TABLE, Item: { pk: PARTITION, sk: `${timestamp}#${id}`, ...item } }),
  );
  logger.info('timestamp recorded', { id });
  metrics.addMetric('TimestampsRecorded', MetricUnit.Count, 1);
  return answer(201, 'Created', item);
}

async function list(): Promise<ALBResult> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: TIMESTAMPS_TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': PARTITION },
      ScanIndexForward: false,
      Limit: 100,
    }),
  );
  logger.info('timestamps listed', { count: Items.length });
  metrics.addMetric('TimestampsListed', MetricUnit.Count, Items.length);
  return answer(200, 'OK', { items: Items.map(({ pk: _pk, sk: _sk, ...item }) => item) });
}

function answer(statusCode: number, reason: string, body: object): ALBResult {
  return {
    statusCode,
    statusDescription: `${statusCode} ${reason}`,
    isBase64Encoded: false,
    multiValueHeaders: { 'content-type': ['application/json'] },
    body: JSON.stringify(body),
  };
}
