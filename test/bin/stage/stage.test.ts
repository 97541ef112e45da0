import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStageApp } from '../../../bin/shared/stage-app.ts';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import { listen } from '../../../local/listen.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const REGION = 'eu-west-1';
const KEYS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

let folder: string;
const servers = new Set<Server>();
const running = new Set<ChildProcess>();
/** One synthesis of the poc stage, which takes seconds, and what was asked of AWS meanwhile. */
let synth: Awaited<ReturnType<typeof run>> & { readonly templates: string; readonly asked: readonly string[] };
/** A folder whose cdk.json has a poc stage that is synthesised already. */
let ready: string;
/** The same for the serverless stage, which is deployed to two regions. */
let readyTwice: string;
/** A folder whose cdk.json has a stage like prod, which is protected, and one with a bad value. */
let other: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  const templates = freshFolder();
  const { asked, endpoint, variables } = await startAws();
  synth = {
    ...(await run(['synth', '-o', templates], { ...variables, HTTPS_PROXY: endpoint })),
    templates,
    asked,
  };
  ready = readyFolder(templates, { poc: { region: REGION } });
  const { serverless, prod } = cdkJson.context.stages;
  const both = freshFolder();
  (await createStageApp('serverless', both)).app.synth();
  cpSync(both, templates, { recursive: true, filter: (file) => !/(manifest|tree|cdk)\.(json|out)$/.test(file) });
  readyTwice = readyFolder(both, { serverless });
  other = freshFolder();
  const stages = { safe: prod, bad: { region: REGION, memoryMb: 1 } };
  writeCdkJson(other, `node ${join(ROOT, 'bin', 'rollcall.ts')}`, stages);
});
afterAll(() => {
  for (const server of servers) server.close();
  // A process of a test that timed out, and the cdk that it started.
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

function freshFolder(): string {
  return mkdtempSync(join(folder, 'some-'));
}

/** A folder with an app that has synthesised already. */
function readyFolder(templates: string, stages: object): string {
  const into = freshFolder();
  const copy = `fs.cpSync(${JSON.stringify(templates)}, process.env.CDK_OUTDIR, { recursive: true });`;
  writeFileSync(join(into, 'app.js'), `const fs = require('node:fs'); ${copy}`);
  writeCdkJson(into, 'node app.js', stages);
  return into;
}

function writeCdkJson(into: string, app: string, stages: object): void {
  writeFileSync(join(into, 'cdk.json'), JSON.stringify({ app, context: { stages } }));
}

/** Runs the script without a terminal, and with nothing in its environment but this. */
async function run(args: readonly string[], variables: Record<string, string> = {}, cwd = ROOT) {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HOME: freshFolder(),
    CDK_HOME: freshFolder(),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...variables,
  };
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'stage', 'main.ts'), ...args], { cwd, env, detached: true });
  running.add(child);
  child.stdin.end();
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  running.delete(child);
  return { code, output, errors };
}

/**
 * In the place of AWS: the stacks of the poc stage are there, just as they were synthesised, until they are deleted. It
 * shows that cdk understands what it is told, and what it then asks for; not how AWS deploys.
 */
async function startAws(bootstrapVersion = 21, unknownRegion = '', oldRegion = '') {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const query = new URLSearchParams(body || request.url?.split('?')[1]);
    const action = query.get('Action') ?? request.headers['x-amz-target']?.toString() ?? 'S3';
    const stack = query.get('StackName') ?? '';
    // The region stands in the scope of the signature.
    if (action === 'AmazonSSM.GetParameter' && request.headers.authorization?.includes(`/${unknownRegion}/`)) {
      asked.push(`${action} in ${unknownRegion}`);
      response.writeHead(400).end('{"__type":"ParameterNotFound"}');
      return;
    }
    if (action === 'ValidateTemplate' && request.headers.authorization?.includes(`/${oldRegion}/`)) {
      asked.push(action);
      const problem = 'Template error: Encountered unsupported function: Fn::GetStackOutput';
      response.writeHead(400).end(`<E><Error><Code>ValidationError</Code><Message>${problem}</Message></Error></E>`);
      return;
    }
    const isGone = action === 'DescribeStacks' && asked.includes(`DeleteStack ${stack}`);
    asked.push(`${action} ${stack}`.trim());
    const answer = ANSWERS[isGone ? 'Gone' : action]?.(stack, query, bootstrapVersion) ?? '';
    if (isGone) response.writeHead(400).end(answer);
    else response.end(/^(S3|AmazonSSM)/.test(action) ? answer : `<A><${action}Result>${answer}</${action}Result></A>`);
  });
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.destroy();
  });
  servers.add(server);
  const endpoint = await listen(server);
  return { asked, endpoint, variables: { ...KEYS, AWS_ENDPOINT_URL: endpoint } };
}

/** What the answers say; to other actions, nothing. */
const ANSWERS: Record<string, (stack: string, query: URLSearchParams, version: number) => string> = {
  'AmazonSSM.GetParameter': (_stack, _query, version) => `{"Parameter":{"Value":"${version}"}}`,
  GetCallerIdentity: () => '<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/someone</Arn>',
  AssumeRole: () => `<Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey>
    <SessionToken>c</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>`,
  // The bucket of the bootstrap is in the region, and has each file already.
  S3: (_, query) =>
    query.has('location')
      ? `<LocationConstraint>${REGION}</LocationConstraint>`
      : `<L><Contents><Key>${query.get('prefix')}</Key><Size>1000</Size></Contents></L>`,
  GetTemplate: (stack) => {
    const template = readFileSync(join(synth.templates, `${stack}.template.json`), 'utf8');
    return `<TemplateBody>${template.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</TemplateBody>`;
  },
  DescribeStacks: (stack) => {
    const members = (...all: string[]) => all.map((one) => `<member>${one}</member>`).join('');
    const tags = members('<Key>app</Key><Value>rollcall</Value>', '<Key>stage</Key><Value>poc</Value>');
    const version = '<ParameterKey>BootstrapVersion</ParameterKey>';
    const parameters = members(`${version}<ParameterValue>/cdk-bootstrap/hnb659fds/version</ParameterValue>`);
    const url = members('<OutputKey>Url</OutputKey><OutputValue>http://there</OutputValue>');
    return `<Stacks>${members(`<StackName>${stack}</StackName><StackId>${stack}</StackId>
      <StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime>
      <Tags>${tags}</Tags><Parameters>${parameters}</Parameters><Outputs>${stack.endsWith('-api') ? url : ''}</Outputs>`)}</Stacks>`;
  },
  Gone: (stack) =>
    `<A><Error><Code>ValidationError</Code><Message>Stack with id ${stack} does not exist</Message></Error></A>`,
};

describe.concurrent('bin/stage/main.ts', () => {
  it('synth says which templates it made, and asks nobody, though there are credentials', () => {
    const { code, output, templates, asked } = synth;
    const files = ['data', 'network', 'api', 'monitoring'].map((name) =>
      join(templates, `rollcall-poc-${name}.template.json`),
    );
    expect([code, asked, files.filter((file) => !existsSync(file))]).toEqual([0, [], []]);
    const [title, ...lines] = output.trimEnd().split('\n');
    expect(title).toBe('Stage poc is synthesised:');
    expect(lines.map((line) => resolve(ROOT, line.trim()))).toEqual(files);
  });

  it('synth warns of the poc stage that it is HTTP only and that its alarms tell nobody, and of nothing else', () => {
    expect(synth.errors.match(/^WARNING.*/gm)).toEqual([
      expect.stringContaining('No domain is configured: HTTP only'),
      expect.stringContaining('No address stands in alarmEmails'),
    ]);
    expect(synth.errors).not.toMatch(/feature flags|notice|telemetry|Supply a stack/i);
  });

  it('synth shows what cdk says when it fails', async () => {
    const { code, output, errors } = await run(['synth', '--strict'], {}, ready);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain('No domain is configured: HTTP only');
  });

  it('plan:destroy says, without credentials, that nothing of the poc stage is kept', async () => {
    const { code, output, errors } = await run(['plan:destroy', '-o', freshFolder()], {}, ready);
    expect([code, errors]).toEqual([0, '']);
    expect(output.match(/^rollcall.*/gm)?.map((line) => line.replace(/\d+ resources?/, 'N resources'))).toEqual(
      ['monitoring', 'api', 'network', 'data'].map(
        (name) => `rollcall-poc-${name}: deletes N resources, keeps nothing`,
      ),
    );
    expect(output).toContain('\n        rollcall-poc-data/Timestamps/Table (');
    expect(output).toMatch(/Destroying stage poc deletes \d+ resources of 4 stacks\. Nothing is kept\.\n$/);
  });

  it('plan:destroy takes the stacks of the dashboard and the edge first, which use the others, and keeps nothing of serverless', async () => {
    const args = ['plan:destroy', '-c', 'stage=serverless', '-o', freshFolder()];
    const { output } = await run(args, {}, readyTwice);
    expect(output.match(/^rollcall-serverless-\w+/gm)).toEqual(
      ['monitoring', 'edge', 'api', 'network', 'data'].map((name) => `rollcall-serverless-${name}`),
    );
    expect(output).toMatch(/ of 5 stacks\. Nothing is kept\.\n$/);
  });

  it('plan compares all stacks with what is there, and only reads', async () => {
    const { asked, variables } = await startAws();
    const { code, output } = await run(['plan', '-o', freshFolder()], variables, ready);
    expect([code, output]).toEqual([0, `Stage poc in account 123456789012, region ${REGION}\n\n`]);
    const reading =
      /^(AssumeRole|GetCallerIdentity|ValidateTemplate|AmazonSSM\.GetParameter|DescribeStacks|GetTemplate)\b/;
    expect(asked.filter((action) => !reading.test(action))).toEqual([]);
    expect(new Set(asked.filter((action) => action.startsWith('GetTemplate'))).size).toBe(4);
  });

  it('plan compares the stacks in both regions of a stage behind CloudFront', async () => {
    const { asked, variables } = await startAws();
    const args = ['plan', '-c', 'stage=serverless', '-o', freshFolder()];
    const { code, output } = await run(args, variables, readyTwice);
    const regions = `${REGION}, us-east-1`;
    expect([code, output]).toEqual([0, `Stage serverless in account 123456789012, regions ${regions}\n\n`]);
    expect(new Set(asked.filter((action) => action.startsWith('GetTemplate')))).toEqual(
      new Set(
        ['network', 'data', 'api', 'edge', 'monitoring'].map((name) => `GetTemplate rollcall-serverless-${name}`),
      ),
    );
  });

  it('deploy refuses an account that is not bootstrapped in the region of CloudFront', async () => {
    const { asked, variables } = await startAws(21, 'us-east-1');
    const args = ['deploy', '-c', 'stage=serverless', '-o', freshFolder()];
    const { code, output, errors } = await run(args, variables, readyTwice);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(
      /^Account 123456789012 is not bootstrapped for CDK in us-east-1: run npx cdk bootstrap aws:.*us-east-1 .*\n$/,
    );
    expect(asked).toEqual(['GetCallerIdentity', 'AmazonSSM.GetParameter', 'AmazonSSM.GetParameter in us-east-1']);
  });

  it('deploy refuses an account whose CloudFormation does not know what the edge stack uses', async () => {
    const { asked, variables } = await startAws(21, '', 'us-east-1');
    const args = ['deploy', '-c', 'stage=serverless', '-o', freshFolder()];
    const { code, output, errors } = await run(args, variables, readyTwice);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(
      /^CloudFormation of account 123456789012 in us-east-1 does not take Fn::GetStackOutput, .*\n$/,
    );
    expect(asked.filter((action) => action.startsWith('ValidateTemplate')).length).toBeGreaterThan(0);
    expect(asked.filter((action) => /^(Create|Execute)/.test(action))).toEqual([]);
  });

  it('deploy ends with the address and what to try', async () => {
    const { variables } = await startAws();
    const { code, output } = await run(['deploy', '-o', freshFolder()], variables, ready);
    expect(code).toBe(0);
    expect(output).toMatch(/\nRollcall answers on http:\/\/there\n {2}try: {3}curl -X POST http:\/\/there\/app\n$/);
  });

  it('deploy --app deploys what was synthesised before and elsewhere, to the letter, and runs no app', async () => {
    const { asked, variables } = await startAws();
    const cwd = freshFolder();
    writeCdkJson(cwd, 'node there-is-no-app.js', { poc: { region: REGION } });
    cpSync(synth.templates, join(cwd, 'kept'), { recursive: true });
    const { code, output } = await run(['deploy', '--app', 'kept'], variables, cwd);
    expect([code, output]).toEqual([0, expect.stringContaining('Rollcall answers on http://there\n')]);
    expect(asked).toContain('GetTemplate rollcall-poc-api');
    for (const name of readdirSync(synth.templates).filter((file) => file.endsWith('.json'))) {
      const [before, after] = [synth.templates, join(cwd, 'kept')].map((from) =>
        readFileSync(join(from, name), 'utf8'),
      );
      expect([name, after]).toEqual([name, before]);
    }
  });

  it.each([
    ['the assembly of another stage', 'kept', /^The stacks in kept are of poc, not of safe\.\n$/],
    ['a folder with nothing in it', '.', /^No stacks were synthesised into \.\.\n$/],
  ])('deploy --app refuses %s before anything is deployed', async (_, app, line) => {
    const { asked, variables } = await startAws();
    const cwd = freshFolder();
    writeCdkJson(cwd, 'node there-is-no-app.js', { safe: { region: REGION } });
    cpSync(synth.templates, join(cwd, 'kept'), { recursive: true });
    const { code, errors } = await run(['deploy', '-c', 'stage=safe', '--app', app], variables, cwd);
    expect([code, errors, asked]).toEqual([1, expect.stringMatching(line), ['GetCallerIdentity']]);
  });

  it('destroy says what it deletes, and deletes the stacks, the last one first', async () => {
    const { asked, variables } = await startAws();
    const { code, output } = await run(['destroy', '--yes', '-o', freshFolder()], variables, ready);
    expect([code, output]).toEqual([0, expect.stringContaining('Nothing is kept.')]);
    expect(asked.filter((action) => action.startsWith('DeleteStack'))).toEqual(
      ['monitoring', 'api', 'network', 'data'].map((name) => `DeleteStack rollcall-poc-${name}`),
    );
  });

  it('destroy refuses a protected stage, and says what to do', async () => {
    const { asked, variables } = await startAws();
    const { code, errors } = await run(['destroy', '--yes', '-c', 'stage=safe'], variables, other);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^Stage safe is protected .*protectData to false.*\n$/)]);
    expect(errors).toContain('rollcall-safe-edge');
    expect(asked).toEqual(['GetCallerIdentity', 'AmazonSSM.GetParameter', 'AmazonSSM.GetParameter']);
  });

  it('deploy refuses an account whose bootstrap is too old for the stacks', async () => {
    const { asked, variables } = await startAws(5);
    const { code, output, errors } = await run(['deploy', '-o', freshFolder()], variables, ready);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/^Account 123456789012 has version 5 .* and 6 is needed: run npx cdk bootstrap aws:.*\n$/);
    expect(asked).toEqual(['GetCallerIdentity', 'AmazonSSM.GetParameter']);
  });

  it('destroy does not wait for an answer where there is no terminal', async () => {
    const { code, errors } = await run(['destroy'], KEYS);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^Without a terminal .* --yes .*\n$/)]);
  });

  it.each([
    [['plan', '-c', 'stage=safe'], /^There are no AWS credentials \(.*\): run aws configure or aws sso login, .*\n$/],
    [['deploy', '-c', 'stage=safe'], /^There are no AWS credentials .*\n$/],
    [['destroy', '-c', 'stage=safe', '--yes'], /^There are no AWS credentials .*\n$/],
    [['synth', '-c', 'stage=nope'], /^There is no stage "nope" in cdk\.json; it has: safe, bad\.\n$/],
    [['deploy', '-c', 'stage=bad'], /^cdk\.json: stages\.bad\.memoryMb is 1; it must be a whole number .*\n$/],
  ])('%j ends with one clear line', async (args, line) => {
    expect(await run(args, {}, other)).toEqual({ code: 1, output: '', errors: expect.stringMatching(line) });
  });

  it('takes variables that are blank for such as are not set', async () => {
    const blank = { AWS_PROFILE: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: ' ' };
    const { code, errors } = await run(['plan', '-c', 'stage=safe'], blank, other);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^There are no AWS credentials \(.*\n$/)]);
  });

  it.each(['', '{'])('a cdk.json that is %j is named', async (content) => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, 'cdk.json'), content);
    const { code, errors } = await run(['synth'], {}, cwd);
    expect([code, errors]).toEqual([1, expect.stringMatching(/^cdk\.json cannot be read: .*\n$/)]);
  });

  it('answers an unknown option with how it is called', async () => {
    const { code, output, errors } = await run(['deploy', '--exclusvely']);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toMatch(/^Unknown option '--exclusvely'\.\nUsage: npm run VERB /);
  });
});
