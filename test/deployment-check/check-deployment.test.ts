import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../lambda/api/app.ts';
import { createDeps } from '../../lambda/api/deps.ts';
import type { Env } from '../../lambda/api/env.ts';
import { CHECK_SOURCE, type CheckOptions, createCheck } from '../../lambda/deployment-check/check-deployment.ts';
import { REPORT_MS } from '../../lambda/deployment-check/env.ts';
import { createInvoker } from '../../local/invoker.ts';
import { listen } from '../../local/listen.ts';
import { EMBEDDED, NOWHERE, openStore } from '../support/stores.ts';

vi.spyOn(console, 'info').mockImplementation(() => {});
const errorLog = vi.spyOn(console, 'error').mockImplementation(() => {});

const VERSION = 'arn:aws:lambda:eu-west-1:111122223333:function:api:7';
const SECRET = 'a-secret-of-the-origin';

let env: Env;
let closeStore: () => Promise<void>;
beforeAll(async () => {
  ({ env, close: closeStore } = await openStore(EMBEDDED));
});
afterAll(() => closeStore());

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  errorLog.mockClear();
});

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The address of a server that ends with the test. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return listen(server);
}

/** Lambda's endpoint, behind which there is one version. */
const serveLambda = (version: (payload: string) => Promise<string>) =>
  serve(async (incoming, outgoing) => {
    expect([incoming.method, decodeURIComponent(incoming.url ?? '')]).toEqual([
      'POST',
      `/2015-03-31/functions/${VERSION}/invocations`,
    ]);
    try {
      outgoing.end(await version(await textOf(incoming)));
    } catch (error) {
      outgoing.setHeader('x-amz-function-error', 'Unhandled').end(JSON.stringify({ errorMessage: String(error) }));
    }
  });

/** The words of the check to CodeDeploy about a version. */
async function judge(version: (payload: string) => Promise<string>, options: Partial<CheckOptions> = {}, ms = 60_000) {
  const said: unknown[] = [];
  const codeDeploy = await serve(async (incoming, outgoing) => {
    const target = String(incoming.headers['x-amz-target']);
    said.push([target.replace(/^\w+\./, ''), JSON.parse(await textOf(incoming))]);
    outgoing.setHeader('content-type', 'application/x-amz-json-1.1').end('{}');
  });
  const connection = { region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const check = createCheck({
    lambda: new LambdaClient({ ...connection, endpoint: await serveLambda(version) }),
    codeDeploy: new CodeDeployClient({ ...connection, endpoint: codeDeploy }),
    version: VERSION,
    ...options,
  });
  const LifecycleEventHookExecutionId = randomUUID();
  await check({ DeploymentId: 'd-1', LifecycleEventHookExecutionId }, { getRemainingTimeInMillis: () => ms });
  expect(said).toEqual([
    [
      'PutLifecycleEventHookExecutionStatus',
      {
        deploymentId: 'd-1',
        lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
        status: expect.stringMatching(/^(Succeeded|Failed)$/),
      },
    ],
  ]);
  return { said: JSON.stringify(said).includes('Succeeded'), why: JSON.stringify(errorLog.mock.calls) };
}

const versionWith = (changes: Partial<Env> = {}) =>
  createInvoker({ handler: createApp({ ...createDeps({ ...env, ...changes }), log: () => {} }) });

async function countChecks(): Promise<number> {
  const event = { httpMethod: 'GET', path: '/app', headers: {}, queryStringParameters: { source: CHECK_SOURCE } };
  return JSON.parse(JSON.parse(await versionWith()(JSON.stringify(event))).body).items.length;
}

describe('the check before a deployment', () => {
  it('lets a version through that records a timestamp and reads it back', async () => {
    const before = await countChecks();
    expect(await judge(versionWith())).toEqual({ said: true, why: '[]' });
    expect(await countChecks()).toBe(before + 1);
  });

  it('shows the secret that the function asks for', async () => {
    const version = versionWith({ originSecrets: [SECRET] });
    expect(await judge(version, { secret: SECRET })).toMatchObject({ said: true });
    expect(await judge(version)).toMatchObject({ said: false, why: expect.stringContaining('answers 403, not 201') });
  });

  it('stops a version that does not reach its store', async () => {
    const { said, why } = await judge(versionWith({ dynamodbEndpoint: NOWHERE }));
    expect(said).toBe(false);
    expect(why).toContain('POST /app answers 503, not 201');
  });

  it('stops a version that crashes', async () => {
    const { said, why } = await judge(() => Promise.reject(new Error('x')));
    expect(said).toBe(false);
    expect(why).toContain('function error (Unhandled)');
  });

  it.each<[string, (body: string) => string]>([
    ['another record', (body) => JSON.stringify({ ...JSON.parse(body), timestamp: '2026-01-01T00:00:00.000000Z' })],
    ['a record of another source', (body) => body.replace(CHECK_SOURCE, 'x')],
    ['no JSON', () => '<p>'],
  ])('stops a version that reads back %s', async (_, change) => {
    const version = versionWith();
    const { said, why } = await judge(async (payload) => {
      const answer = JSON.parse(await version(payload));
      const isRead = JSON.parse(payload).requestContext.http.method === 'GET';
      return JSON.stringify(isRead ? { ...answer, body: change(answer.body) } : answer);
    });
    expect(said).toBe(false);
    expect(why).toContain('deployment check failed');
  });

  it('stops a version that does not answer, while there is still time to say so', async () => {
    const { said, why } = await judge(() => new Promise(() => {}), {}, REPORT_MS + 20);
    expect(said).toBe(false);
    expect(why).toContain('AbortError');
  });

  it('logs no secret', async () => {
    const { why } = await judge(() => Promise.reject(new Error('x')), { secret: SECRET });
    expect(why).toContain('deployment check failed');
    expect(why).not.toContain(SECRET);
  });

  it('refuses what is no event of CodeDeploy', async () => {
    const check = createCheck({ lambda: new LambdaClient({}), codeDeploy: new CodeDeployClient({}), version: VERSION });
    await expect(check({}, { getRemainingTimeInMillis: () => 60_000 })).rejects.toThrow('DeploymentId');
  });
});
