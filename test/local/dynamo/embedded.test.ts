import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedDynamo, startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { send } from '../../support/server.ts';

describe('the embedded store', () => {
  let dynamo: EmbeddedDynamo;
  beforeAll(async () => {
    dynamo = await startEmbeddedDynamo();
  });
  afterAll(() => dynamo.close());

  const call = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.ListTables',
    authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/r/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    'x-amz-date': '20260101T000000Z',
  };
  const ask = (method: string, headers: Readonly<Record<string, string>>) =>
    send(dynamo.endpoint, method, '/', { headers: { ...call, ...headers }, body: method === 'POST' ? '{}' : '' });

  it('answers programs', async () => {
    const { status, text } = await ask('POST', {});
    expect([status, text]).toEqual([200, '{"TableNames":[]}']);
  });

  it.each([
    ['a page of another origin', 'POST', { origin: 'https://evil.example' }],
    ['its preflight', 'OPTIONS', { origin: 'https://evil.example', 'access-control-request-method': 'POST' }],
    ['a browser that names no origin', 'POST', { 'sec-fetch-site': 'cross-site' }],
    ['a name that was bound to this machine', 'POST', { host: 'evil.example:1' }],
  ])('answers nothing to %s', async (_, method, headers) => {
    const reply = await ask(method, headers);
    expect([reply.status, reply.text]).toEqual([403, '']);
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
