import { type CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import * as v from 'valibot';
import { CHECK_MEMBER, CHECK_PRINCIPAL } from '../core/access/deployment-check.ts';
import { CDN_SECRET_HEADER } from '../core/cdn-secret.ts';
import { REPORT_MS } from './env.ts';

/** The source of what a check records: each deployment with a canary leaves one such timestamp. */
export const CHECK_SOURCE = CHECK_PRINCIPAL.name;

export interface CheckOptions {
  readonly lambda: LambdaClient;
  readonly codeDeploy: CodeDeployClient;
  /** The ARN of the version that is to be tried. */
  readonly version: string;
  /** What the function asks for. @default - nothing */
  readonly secret?: string | undefined;
}

/** What CodeDeploy sends (its user guide, "AppSpec 'hooks' section for an AWS Lambda deployment"). */
const HookEvent = v.object({ DeploymentId: v.string(), LifecycleEventHookExecutionId: v.string() });
const Answer = v.object({ statusCode: v.number(), body: v.optional(v.string(), '') });
const TimestampRecord = v.object({ id: v.string(), timestamp: v.string(), source: v.literal(CHECK_SOURCE) });

/** Makes the hook that runs before a new version gets requests: it says Succeeded or Failed to CodeDeploy. */
export function createCheck(options: CheckOptions) {
  return async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
    const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = v.parse(
      HookEvent,
      event,
    );
    const { codeDeploy, version } = options;
    let status: 'Succeeded' | 'Failed' = 'Succeeded';
    try {
      const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - REPORT_MS));
      const { id } = await recordAndReadBack(options, lifecycleEventHookExecutionId, deadline);
      console.info({ message: 'deployment check succeeded', deploymentId, version, id });
    } catch (error) {
      status = 'Failed';
      console.error({ message: 'deployment check failed', deploymentId, version, error: String(error) });
    }
    const report = { deploymentId, lifecycleEventHookExecutionId, status };
    await codeDeploy.send(new PutLifecycleEventHookExecutionStatusCommand(report));
  };
}

async function recordAndReadBack(options: CheckOptions, executionId: string, deadline: AbortSignal) {
  const query = `source=${CHECK_SOURCE}`;
  // With a key: the SDK asks again when Lambda has no room, and a check that is repeated records nothing more.
  const headers = { 'idempotency-key': `"${executionId}"` };
  const recorded = await ask(options, { method: 'POST', path: '/app', query, headers, status: 201 }, deadline);
  const read = await ask(options, { method: 'GET', path: `/app/${recorded.id}`, status: 200 }, deadline);
  if (read.id !== recorded.id || read.timestamp !== recorded.timestamp) {
    throw new Error(`GET /app/${recorded.id} answers another record than POST /app did`);
  }
  return read;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** That the answer must have. */
  readonly status: number;
}

/** Asks the version as an HTTP API would. @throws Error for any other answer than a record with that status */
async function ask({ lambda, version, secret }: CheckOptions, asked: Asked, abortSignal: AbortSignal) {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: version, Payload: Buffer.from(JSON.stringify(eventOf(asked, secret))) }),
    { abortSignal },
  );
  const what = `${asked.method} ${asked.path}`;
  if (FunctionError !== undefined) throw new Error(`${what} ends in a function error (${FunctionError})`);
  const { statusCode, body } = v.parse(Answer, JSON.parse(Buffer.from(Payload ?? []).toString()));
  if (statusCode !== asked.status) throw new Error(`${what} answers ${statusCode}, not ${asked.status}`);
  return v.parse(TimestampRecord, JSON.parse(body));
}

/** An event of version 2.0 (API Gateway developer guide), which the function takes in every stage, by its own principal. */
function eventOf({ method, path, query = '', headers }: Asked, secret: string | undefined) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { accept: 'application/json', ...headers, ...(secret && { [CDN_SECRET_HEADER]: secret }) },
    requestContext: { http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: CHECK_SOURCE } },
    isBase64Encoded: false,
    [CHECK_MEMBER]: true,
  };
}
