import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkBootstrap, checkWeakReferences, findAccount } from '../../../bin/shared/preflight.ts';
import { listen } from '../../../local/listen.ts';

const CONNECTION = { region: 'eu-west-1' };
const BOOTSTRAP = { version: 6, parameter: '/cdk-bootstrap/hnb659fds/version' };
const IDENTITY = 'GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>';

/** In the place of STS and SSM: faults that no real service makes on demand. */
let server: Server;
let endpoint: string;
let answer: { status: number; body: string };
let asked: string[];
let folder: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(body);
      if (answer.status !== 0) response.writeHead(answer.status).end(answer.body);
    });
  });
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  endpoint = await listen(server);
});
beforeEach(() => {
  asked = [];
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  for (const name of Object.keys(process.env)) if (/^AWS_|_PROXY$/i.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', folder);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_ENDPOINT_URL_STS', endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', endpoint);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function useKeys(): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
}

/** As a profile looks after `aws sso login`, and after its session. */
function useExpiredSession(): void {
  const url = 'https://rollcall.awsapps.com/start';
  const session = `[sso-session s]\nsso_region = eu-west-1\nsso_start_url = ${url}\n`;
  const profile = '[profile me]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = admin\n';
  mkdirSync(join(folder, '.aws', 'sso', 'cache'), { recursive: true });
  writeFileSync(join(folder, '.aws', 'config'), session + profile);
  const token = { accessToken: 'token', expiresAt: '2026-01-01T00:00:00Z', startUrl: url, region: 'eu-west-1' };
  const file = `${createHash('sha1').update('s').digest('hex')}.json`;
  writeFileSync(join(folder, '.aws', 'sso', 'cache', file), JSON.stringify(token));
}

function refuse(status: number, code: string): void {
  answer = {
    status,
    body: `<ErrorResponse><Error><Code>${code}</Code><Message>No, ${code}</Message></Error></ErrorResponse>`,
  };
}

describe('The account', () => {
  it('is that of the credentials', async () => {
    useKeys();
    answer = { status: 200, body: `<${IDENTITY}</GetCallerIdentityResult></GetCallerIdentityResponse>` };
    expect(await findAccount(CONNECTION)).toBe('123456789012');
    expect(asked).toEqual(['Action=GetCallerIdentity&Version=2011-06-15']);
  });

  const failure = (connection = {}) =>
    findAccount({ ...CONNECTION, ...connection }).then(
      () => expect.unreachable('it was found'),
      ({ name, message }) => {
        expect([name, message]).toEqual(['StageError', expect.not.stringMatching('\n')]);
        return message;
      },
    );

  it('is unknown without credentials, which no service is asked about', async () => {
    expect(await failure()).toMatch(/^There are no AWS credentials \(.*\): run aws configure or aws sso login, or /);
    expect(await failure({ profile: 'nobody' })).toMatch(/^There are no AWS credentials of profile nobody \(/);
    expect(asked).toEqual([]);
  });

  it('is unknown when the session of a profile has expired', async () => {
    useExpiredSession();
    expect(await failure({ profile: 'me' })).toMatch(/^The AWS credentials of profile me have expired .*aws sso login/);
  });

  it.each(['ExpiredToken', 'ExpiredTokenException'])('is unknown when AWS answers %s', async (code) => {
    useKeys();
    refuse(403, code);
    expect(await failure()).toBe(
      `The AWS credentials have expired (No, ${code}): renew them, for example with aws sso login.`,
    );
  });

  it.each(['InvalidClientTokenId', 'SignatureDoesNotMatch'])('is unknown when AWS answers %s', async (code) => {
    useKeys();
    refuse(403, code);
    expect(await failure()).toMatch(/^AWS does not accept the credentials \(.*\): check the keys, or /);
  });

  it('is unknown when the credentials may not ask for it', async () => {
    useKeys();
    refuse(403, 'AccessDenied');
    expect(await failure()).toMatch(/^The AWS credentials may not call sts:GetCallerIdentity \(AccessDenied: No, /);
  });

  it('is unknown when AWS fails, twice', async () => {
    useKeys();
    refuse(503, 'ServiceUnavailable');
    expect(await failure()).toMatch(/^AWS answered sts:GetCallerIdentity in eu-west-1 with status 503 \(/);
    expect(asked).toHaveLength(2);
  });

  it('is unknown when something else answers', async () => {
    useKeys();
    answer = { status: 200, body: '<html>Log in to this network' };
    expect(await failure()).toMatch(/with status 200 \(.*\): try again, and check HTTPS_PROXY\.$/);
  });

  it('is unknown without a network', async () => {
    useKeys();
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://127.0.0.1:1');
    expect(await failure()).toMatch(
      /^AWS cannot be reached in eu-west-1 \(connect ECONNREFUSED .*\): check the network/,
    );
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://nowhere.invalid');
    expect(await failure()).toMatch(/^AWS cannot be reached in eu-west-1 \(getaddrinfo .* nowhere.invalid\): /);
  });

  it('is unknown when nothing answers, after some seconds', async () => {
    useKeys();
    answer = { status: 0, body: '' };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let said: string | undefined;
    let waited = 0;
    const done = failure().then((message) => {
      said = message;
    });
    for (; said === undefined; waited += 100) {
      await vi.advanceTimersByTimeAsync(100);
      await new Promise(setImmediate);
    }
    await done;
    vi.useRealTimers();
    expect(said).toMatch(/^AWS cannot be reached in eu-west-1 \(.*timed? ?out.*\): /i);
    expect(waited).toBeGreaterThan(3000);
  });

  it('is asked for through the proxy, as cdk will ask', async () => {
    useKeys();
    vi.stubEnv('AWS_ENDPOINT_URL_STS', undefined);
    expect(await failure({ proxy: endpoint })).toMatch(/^AWS cannot be reached .* 403 Forbidden/);
    vi.stubEnv('HTTPS_PROXY', endpoint);
    await failure();
    expect(new Set(asked)).toEqual(new Set(['CONNECT sts.eu-west-1.amazonaws.com:443']));
  });
});

describe('The bootstrap', () => {
  const check = () => checkBootstrap({}, '123456789012', ['eu-west-1'], BOOTSTRAP);
  const find = (version: string) => ({ status: 200, body: JSON.stringify({ Parameter: { Value: version } }) });
  const REMEDY = 'run npx cdk bootstrap aws://123456789012/eu-west-1 and try again.';
  beforeEach(useKeys);

  it.each(['6', '21'])('is enough in version %s', async (version) => {
    answer = find(version);
    await check();
    expect(asked).toEqual([JSON.stringify({ Name: BOOTSTRAP.parameter })]);
  });

  it.each(['5', 'five'])('is not in version %s', async (version) => {
    answer = find(version);
    await expect(check()).rejects.toThrow(
      `Account 123456789012 has version ${version} of the CDK bootstrap in eu-west-1, and 6 is needed: ${REMEDY}`,
    );
  });

  it('may be missing', async () => {
    answer = { status: 400, body: '{"__type":"ParameterNotFound"}' };
    await expect(check()).rejects.toThrow(`Account 123456789012 is not bootstrapped for CDK in eu-west-1: ${REMEDY}`);
  });

  it('may be missing in more than one region, which one message names, with one command', async () => {
    answer = { status: 400, body: '{"__type":"ParameterNotFound"}' };
    const regions = ['eu-west-1', 'us-east-1'];
    await expect(checkBootstrap({}, '123456789012', regions, BOOTSTRAP)).rejects.toThrow(
      /^Account 123456789012 is not bootstrapped for CDK in eu-west-1; it is not bootstrapped for CDK in us-east-1: run npx cdk bootstrap aws:\/\/123456789012\/eu-west-1 aws:\/\/123456789012\/us-east-1 and try again\.$/,
    );
    answer = find('5');
    await expect(checkBootstrap({}, '123456789012', regions, BOOTSTRAP)).rejects.toThrow(
      /in eu-west-1, and 6 is needed; it has version 5 .* in us-east-1, and 6 is needed: run/,
    );
  });

  it('is left to cdk where only its own role may look', async () => {
    answer = { status: 400, body: '{"__type":"AccessDeniedException"}' };
    await check();
    expect(asked).toHaveLength(1);
  });

  it('is not found with credentials that have expired meanwhile', async () => {
    answer = { status: 400, body: '{"__type":"ExpiredTokenException","message":"Late"}' };
    await expect(check()).rejects.toThrow('The AWS credentials have expired (Late)');
  });
});

describe('Fn::GetStackOutput', () => {
  const check = () => checkWeakReferences({}, '123456789012', ['eu-west-1', 'us-east-1']);
  beforeEach(useKeys);

  it('is known where CloudFormation takes a template that uses it, which is asked in each region', async () => {
    answer = { status: 200, body: '<ValidateTemplateResponse><ValidateTemplateResult/></ValidateTemplateResponse>' };
    await check();
    const [body = '', ...others] = asked;
    expect(others).toEqual([body]);
    const query = new URLSearchParams(body);
    expect(query.get('Action')).toBe('ValidateTemplate');
    const { Outputs } = JSON.parse(query.get('TemplateBody') ?? '');
    expect(Object.keys(Outputs.Value.Value)).toEqual(['Fn::GetStackOutput']);
  });

  it('is not known where CloudFormation refuses that, and one line says so', async () => {
    refuse(400, 'ValidationError');
    await expect(check()).rejects.toThrow(
      /^CloudFormation of account 123456789012 in eu-west-1 does not take Fn::GetStackOutput, .* \(No, ValidationError\): choose a region/,
    );
  });

  it('is left to cdk where only its own role may ask', async () => {
    refuse(403, 'AccessDenied');
    await check();
    expect(asked).toHaveLength(2);
  });

  it('cannot be asked for with credentials that have expired meanwhile', async () => {
    refuse(403, 'ExpiredToken');
    await expect(check()).rejects.toThrow('The AWS credentials have expired (No, ExpiredToken)');
  });

  it('is asked of nobody when no stack uses it', async () => {
    await checkWeakReferences({}, '123456789012', []);
    expect(asked).toEqual([]);
  });
});
