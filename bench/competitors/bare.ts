/**
 * The limit: what the same work costs with no library at all. It puts an item or sends one query, signed by hand
 * (AWS Signature Version 4), and checks nothing that it is sent.
 */
import { createHash, createHmac, randomUUID } from 'node:crypto';
// On AWS this would be node:https; the benchmark's DynamoDB speaks plain HTTP.
import { Agent, request } from 'node:http';
import type { ALBEvent, ALBResult, Context } from 'aws-lambda';

const { AWS_REGION = '', TIMESTAMPS_TABLE = '', DYNAMODB_ENDPOINT = '' } = process.env;
const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env;
const PARTITION = 'bare';

const endpoint = new URL(DYNAMODB_ENDPOINT);
const agent = new Agent({ keepAlive: true });

type Item = Record<string, { S: string }>;

/** The Lambda entry: POST records, everything else lists. */
export function handler(event: ALBEvent, context: Context): Promise<ALBResult> {
  return event.httpMethod === 'POST' ? record(event, context) : list();
}

async function record(event: ALBEvent, { awsRequestId: requestId }: Context): Promise<ALBResult> {
  const timestamp = new Date().toISOString();
  const id = randomUUID();
  const { source, note } = JSON.parse(event.body ?? '{}');
  const clientIp = event.multiValueHeaders?.['x-forwarded-for']?.[0] ?? '';
  const protocol = event.multiValueHeaders?.['x-forwarded-proto']?.[0] ?? '';
  const fields = {
    pk: PARTITION,
    sk: `${timestamp}#${id}`,
    id,
    timestamp,
    source,
    note,
    clientIp,
    protocol,
    requestId,
  };
  const Item = Object.fromEntries(Object.entries(fields).map(([name, S]) => [name, { S }]));
  await call('PutItem', { TableName: TIMESTAMPS_TABLE, Item });
  return answer(201, 'Created', 'text/plain', `${timestamp}\n`);
}

async function list(): Promise<ALBResult> {
  const { Items } = await call('Query', {
    TableName: TIMESTAMPS_TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: PARTITION } },
    ScanIndexForward: false,
    Limit: 100,
  });
  const items = Items.map(({ pk: _pk, sk: _sk, ...item }) =>
    Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S])),
  );
  return answer(200, 'OK', 'application/json', JSON.stringify({ items }));
}

function answer(statusCode: number, reason: string, type: string, body: string): ALBResult {
  return {
    statusCode,
    statusDescription: `${statusCode} ${reason}`,
    isBase64Encoded: false,
    multiValueHeaders: { 'content-type': [type] },
    body,
  };
}

function call(operation: string, input: object): Promise<{ Items: Item[] }> {
  const body = JSON.stringify(input);
  const headers = sign(`DynamoDB_20120810.${operation}`, body);
  return new Promise((resolve, reject) => {
    request(endpoint, { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${operation}: ${response.statusCode} ${text}`));
      });
    })
      .on('error', reject)
      .end(body);
  });
}

/** See "Create a signed AWS API request" in the IAM user guide. */
function sign(target: string, body: string): Record<string, string> {
  const time = `${new Date().toISOString().replace(/[-:]|\..*/g, '')}Z`;
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.0',
    host: endpoint.host,
    'x-amz-date': time,
    ...(AWS_SESSION_TOKEN && { 'x-amz-security-token': AWS_SESSION_TOKEN }),
    'x-amz-target': target,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = `POST\n/\n\n${lines.join('')}\n${names}\n${sha256(body)}`;
  const scope = [time.slice(0, 8), AWS_REGION, 'dynamodb', 'aws4_request'];
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope.join('/')}\n${sha256(canonical)}`).toString('hex');
  const credential = `${AWS_ACCESS_KEY_ID}/${scope.join('/')}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization, 'content-length': String(Buffer.byteLength(body)) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
