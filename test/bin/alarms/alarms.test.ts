import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../../local/listen.ts';

const SCRIPT = fileURLToPath(new URL('../../../bin/alarms/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
const asked: string[] = [];

/** In the place of AWS. The stage has two alarms in its own region, of which one is raised, and none in CloudFront's. */
const aws = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const region = /\/\d{8}\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1];
  const query = new URLSearchParams(body);
  if (query.has('Action')) {
    asked.push(`${query.get('Action')} ${query.get('RoleArn') ?? ''}`.trim());
    response.end(`<R><${query.get('Action')}Result><Account>123456789012</Account>
      <Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken>
      <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></${query.get('Action')}Result></R>`);
    return;
  }
  const { AlarmNamePrefix } = JSON.parse(body);
  asked.push(`DescribeAlarms ${AlarmNamePrefix} ${region}`);
  const raised = {
    AlarmName: 'rollcall-staging-api-Errors',
    AlarmDescription: 'People see errors.',
    StateValue: 'ALARM',
  };
  const quiet = { AlarmName: 'rollcall-staging-api-Slow', StateValue: 'OK', StateTransitionedTimestamp: 1_800_000_000 };
  const alarms = [{ ...raised, StateTransitionedTimestamp: Date.parse('2026-11-20T12:05:00Z') / 1000 }, quiet];
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  response.end(JSON.stringify({ MetricAlarms: region === 'eu-west-1' ? alarms : [], CompositeAlarms: [] }));
});
let endpoint: string;
beforeAll(async () => {
  endpoint = await listen(aws);
  const stackIn = (name: string, region: string) => ({
    type: 'aws:cloudformation:stack',
    environment: `aws://unknown-account/${region}`,
    properties: {
      templateFile: 'x.json',
      stackName: `rollcall-staging-${name}`,
      lookupRole: {
        arn: ['arn:$', '{AWS::Partition}:iam::$', '{AWS::AccountId}:role/cdk-rcstaging-lookup-role-', region].join(''),
      },
    },
  });
  const artifacts = {
    api: stackIn('api', 'eu-west-1'),
    data: stackIn('data', 'eu-west-1'),
    edge: stackIn('edge', 'us-east-1'),
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }));
});
afterAll(() => {
  aws.close();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const child = spawn(process.execPath, [SCRIPT, ...args], { env, cwd: folder });
  const text = Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  const [code] = await once(child, 'close');
  const [output = '', errors = ''] = (await text).map((chunks) => Buffer.concat(chunks).toString());
  return { code, output, errors };
}

describe('npm run alarms', () => {
  it('ends with 1, and says what an alarm means that went off after the deployment', async () => {
    const { code, output, errors } = await run('--app', '.', '--since', '2026-11-20T12:00:00Z', '--minutes', '10');
    expect([code, errors]).toEqual([1, '']);
    expect(output).toBe('Watching 2 alarms for 10 min.\nALARM rollcall-staging-api-Errors: People see errors.\n');
  });

  it('reads with the right that the bootstrap has for that, in each region of the stage', () => {
    expect(new Set(asked)).toEqual(
      new Set([
        'GetCallerIdentity',
        'AssumeRole arn:aws:iam::123456789012:role/cdk-rcstaging-lookup-role-eu-west-1',
        'AssumeRole arn:aws:iam::123456789012:role/cdk-rcstaging-lookup-role-us-east-1',
        'DescribeAlarms rollcall-staging- eu-west-1',
        'DescribeAlarms rollcall-staging- us-east-1',
      ]),
    );
  });

  it('ends with 0 where none went off since', async () => {
    expect(await run('--app', '.', '--since', '2026-11-20T12:06:00Z')).toMatchObject({ code: 0, errors: '' });
  });

  it.each([
    [[], '--app is missing.'],
    [['--app', '.', '--since', 'yesterday'], '--since is yesterday; it must be a time of RFC 3339.'],
    [['--app', '.', '--minutes', 'ten'], '--minutes is ten; it must be a number of at least 0.'],
    [['--app', 'nowhere'], 'No stacks were synthesised into nowhere.'],
  ])('ends with 2, and how it is called, for %j', async (args, message) => {
    const { code, errors } = await run(...args);
    expect([code, errors]).toEqual([2, expect.stringContaining(message)]);
  });
});
