import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { createDeps } from '../../lambda/api/deps.ts';
import { ENV } from '../../lambda/api/env.ts';
import { lowestIdAt, timestampOf } from '../../lambda/core/timestamps/timestamp-id.ts';
import { LOCAL_TABLES } from '../../local/dynamo/create-tables.ts';
import { send } from '../support/server.ts';
import { EMBEDDED, openStore } from '../support/stores.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a laptop that is set up for AWS may have in its environment, and what is wrong there. */
const AWS_SETTINGS = {
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
  AWS_PROFILE: 'nobody',
  AWS_REGION: 'nowhere!',
  AWS_DEFAULTS_MODE: 'nonsense',
  AWS_RETRY_MODE: 'nonsense',
  AWS_MAX_ATTEMPTS: 'many',
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required',
  AWS_SDK_UA_APP_ID: 'a'.repeat(60),
  AWS_CA_BUNDLE: '/nowhere',
  AWS_SIGV4A_SIGNING_REGION_SET: 'nonsense',
  AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
  AWS_CREDENTIAL_EXPIRATION: 'never',
  AWS_SESSION_TOKEN: 'expired',
};
const AWS_CONFIG = `[default]
use_fips_endpoint = true
use_dualstack_endpoint = true
endpoint_url = http://127.0.0.1:1
defaults_mode = nonsense
retry_mode = nonsense
max_attempts = many
account_id_endpoint_mode = required
services = local
[services local]
dynamodb =
  endpoint_url = http://127.0.0.1:1
`;

/** A server that is starting, or has ended. */
interface Run {
  readonly child: ChildProcess;
  /** Resolves to the address that it prints; rejects when it ends without one. */
  readonly origin: Promise<string>;
  /** All that it has written so far. */
  readonly said: () => string;
  /** Resolves, when it ends, to its exit code and all that it wrote. */
  readonly end: Promise<{ code: number | null; output: string; errors: string }>;
}

/** Starts servers that keep their data in a folder. */
function starterIn(folder: string, running: Set<ChildProcess>) {
  return (variables: Record<string, string> = {}, flags: readonly string[] = []): Run => {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...inherited } = process.env;
    const env = { ...inherited, PORT: '0', DATA_DIR: folder, ...variables };
    const child = spawn(process.execPath, ['local/start.ts', ...flags], { cwd: ROOT, env });
    running.add(child);
    let output = '';
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    const end = once(child, 'close').then(([code]) => {
      running.delete(child);
      return { code, output, errors };
    });
    const origin = new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        output += text;
        const address = /answers on (http:\S+)/.exec(output)?.[1];
        if (address !== undefined && output.includes('stop:')) resolve(address);
      });
      void end.then(() => reject(new Error(`the server ended: ${errors}`)));
    });
    origin.catch(() => {}); // Tests of a server that cannot start wait for its end alone.
    return { child, origin, said: () => output, end };
  };
}

const it = test
  .extend('folder', ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  })
  .extend('running', ({ folder: _, onTestFinished }) => {
    const running = new Set<ChildProcess>();
    onTestFinished(async () => {
      for (const child of running) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    });
    return running;
  })
  .extend('start', ({ folder, running }) => starterIn(folder, running));

async function post(origin: string): Promise<string> {
  return (await send(origin, 'POST', '/app')).text.trimEnd();
}

async function listed(origin: string): Promise<string[]> {
  const { items } = JSON.parse((await send(origin, 'GET', '/app?limit=1000')).text);
  return items.map(({ timestamp }: { timestamp: string }) => timestamp);
}

describe.concurrent('npm start', () => {
  it('says where it answers, what to try and where the data lies', async ({ folder, start }) => {
    const { child, origin, end } = start();
    const address = await origin;
    child.kill('SIGTERM');
    const { output } = await end;
    expect(output).toContain(`Rollcall answers on ${address}`);
    expect(output).toContain(`curl -X POST ${address}/app`);
    expect(output).toContain(`data:  ${folder}`);
  });

  it('keeps its data in the embedded store whatever the machine is told of AWS', async ({ folder, start }) => {
    const file = join(folder, 'config');
    writeFileSync(file, AWS_CONFIG);
    const { origin } = start({ ...AWS_SETTINGS, AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: folder });
    const time = await post(await origin);
    expect(await listed(await origin)).toEqual([time]);
  });

  it('takes variables that are blank for such as are not set', async ({ folder, start }) => {
    const names = [
      ...Object.values(ENV),
      ...Object.keys(LOCAL_TABLES),
      ...Object.keys(AWS_SETTINGS),
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
    ];
    const { child, origin, end } = start(Object.fromEntries(names.map((name, index) => [name, ' '.repeat(index % 2)])));
    const time = await post(await origin);
    expect(await listed(await origin)).toEqual([time]);
    child.kill();
    expect((await end).output).toContain(`data:  ${folder}`);
  });

  it('serves through the front and the CDN that it is told, and behind the CDN answers nobody else', async ({
    start,
  }) => {
    const { child, origin, end } = start({}, ['--front', 'http-api', '--cdn']);
    const address = await origin;
    const time = await post(address);
    expect(await listed(address)).toEqual([time]);
    // The API's own answer, by way of CloudFront.
    const { status, text, headers } = await send(address, 'GET', '/nothing');
    expect([status, text, headers['x-cache']]).toEqual([404, '{"message":"Not Found"}', 'Error from cloudfront']);
    child.kill('SIGTERM');
    const { code, output } = await end;
    expect(code).toBe(0);
    expect(output).toMatch(/front: CloudFront, then http-api on http:\/\/127\.0\.0\.1:\d+, where only CloudFront/);
  });

  it('answers only CloudFront on the address of the load balancer behind it', async ({ start }) => {
    const first = start({}, ['--cdn']);
    expect((await send(await first.origin, 'GET', '/health')).status).toBe(200);
    const behind = /then alb on (http:[^,]+)/.exec(first.said())?.[1] ?? '';
    const direct = await send(behind, 'GET', '/health', { headers: { 'x-origin-secret': 'guess' } });
    expect([direct.status, JSON.parse(direct.text).title]).toEqual([403, 'Forbidden']);
  });

  it('answers for the names of this machine alone, and for ALLOWED_HOSTS', async ({ start }) => {
    const { origin } = start({ ALLOWED_HOSTS: 'rollcall.example' });
    const address = await origin;
    const { port } = new URL(address);
    const statusFor = async (host: string) => (await send(address, 'GET', '/app', { headers: { host } })).status;
    const known = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, 'rollcall.example'];
    expect(await Promise.all(known.map(statusFor))).toEqual([200, 200, 200, 200]);
    // A name that its owner lets lead to 127.0.0.1 once his page is loaded.
    expect(await statusFor(`evil.example:${port}`)).toBe(403);
  });

  it.for(['SIGTERM', 'SIGINT'] as const)(
    'keeps the data between runs, and ends with 0 on %s',
    async (signal, { start }) => {
      const first = start();
      const time = await post(await first.origin);
      first.child.kill(signal);
      expect((await first.end).code).toBe(0);
      const second = start();
      expect(await listed(await second.origin)).toEqual([time]);
    },
  );

  it('finishes the request that is in flight when it is told to stop', async ({ start }) => {
    const { child, origin, end } = start();
    const { hostname, port } = new URL(await origin);
    const headers = { 'content-type': 'application/json', 'content-length': '16', expect: '100-continue' };
    const outgoing = request({ hostname, port, method: 'POST', path: '/app', headers });
    // The server has read the head of the request once it asks for the rest.
    outgoing.flushHeaders();
    await once(outgoing, 'continue');
    child.kill('SIGTERM');
    await untilRefused(Number(port));
    outgoing.end('{"note":"in it"}');
    const [response] = await once(outgoing, 'response');
    response.resume();
    expect(response.statusCode).toBe(201);
    expect((await end).code).toBe(0);
    const again = start();
    expect(await listed(await again.origin)).toHaveLength(1);
  });

  it('does not wait for ever for a client that does not finish its request', { timeout: 30_000 }, async ({ start }) => {
    const { child, origin, end } = start();
    const stalled = connect(Number(new URL(await origin).port), '127.0.0.1');
    stalled.on('error', () => {});
    await once(stalled, 'connect');
    stalled.write('POST /app HTTP/1.1\r\nhost: x\r\n');
    await send(await origin, 'GET', '/health');
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
  });

  it.for(['SIGTERM', 'SIGINT'] as const)(
    'stops when npm gets %s, and leaves nothing behind',
    async (signal, { folder, running }) => {
      const variables = { ...process.env, PORT: '0', DATA_DIR: folder };
      const npm = spawn('npm', ['start'], { cwd: ROOT, env: variables });
      running.add(npm);
      let output = '';
      for await (const chunk of npm.stdout) {
        output += chunk;
        if (output.includes('stop:')) break;
      }
      npm.kill(signal);
      await once(npm, 'exit');
      running.delete(npm);
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
      await expect(send(`http://127.0.0.1:${port}`, 'GET', '/health')).rejects.toThrow('ECONNREFUSED');
    },
  );

  it('loses no timestamp that it acknowledged when it is killed', async ({ start }) => {
    const { child, origin, end } = start();
    const address = await origin;
    const acknowledged: string[] = [];
    const client = async () => {
      for (;;) {
        acknowledged.push(await post(address));
        if (acknowledged.length === 200) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled([client(), client(), client(), client()]);
    expect((await end).code).toBeNull();
    const again = start();
    expect(await listed(await again.origin)).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
  });

  it('keeps nothing with DATA_DIR=:memory:', async ({ start }) => {
    const first = start({ DATA_DIR: ':memory:' });
    await post(await first.origin);
    first.child.kill();
    expect((await first.end).output).toContain('in memory');
    const second = start({ DATA_DIR: ':memory:' });
    expect(await listed(await second.origin)).toEqual([]);
  });

  it('keeps its log on one line a request', async ({ start }) => {
    const { child, origin, end } = start();
    const address = await origin;
    await send(address, 'GET', '/app');
    await send(address, 'GET', '/nothing');
    child.kill();
    const lines = (await end).output.split('stop:  Ctrl-C\n')[1]?.trimEnd().split('\n');
    expect(lines?.map((line) => JSON.parse(line))).toMatchObject([{ route: '/app' }, { status: 404 }]);
  });

  it('answers on all addresses, and says who may come there, if it is told to; logs what it is told to', async ({
    start,
  }) => {
    const { origin, child, end } = start({ HOST: '0.0.0.0', LOG_LEVEL: 'WARN', TRUSTED_PROXIES: '127.0.0.0/8' });
    const { port } = new URL(await origin);
    const forwarded = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', accept: 'application/json' };
    const { status, text } = await send(`http://127.0.0.1:${port}`, 'POST', '/app', { headers: forwarded });
    expect([status, JSON.parse(text)]).toEqual([
      201,
      expect.objectContaining({ clientIp: '203.0.113.9', protocol: 'https' }),
    ]);
    child.kill('SIGTERM');
    const { code, output } = await end;
    expect([code, output]).toEqual([0, expect.not.stringContaining('"message"')]);
    expect(output).toContain('open:  whoever reaches this address may record and read');
  });

  describe('ends with one clear line and exit code 1, or 2 for flags,', () => {
    const endOf = async (run: Run, expected = 1) => {
      const { code, output, errors } = await run.end;
      expect([code, output]).toEqual([expected, '']);
      expect(errors).toMatch(/^Rollcall cannot start: .*\n$/);
      return errors;
    };

    it('when the port is in use', async ({ start }) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      expect(await endOf(start({ PORT: String(port) }))).toContain(
        `port ${port} is in use: choose another one with PORT`,
      );
      other.close();
    });

    it.for(['http', '65536', '-1', '1e3'])('when PORT is %j', async (PORT, { start }) => {
      expect(await endOf(start({ PORT }))).toContain(`PORT is "${PORT}"; it must be 0 to 65535`);
    });

    it.for([
      ['HOST', 'localhost', 'HOST is "localhost"; it must be an address of this machine'],
      ['HOST', '192.0.2.1', 'HOST is "192.0.2.1", which is no address of this machine'],
      ['TRUSTED_PROXIES', '10.0.0.0/40', 'TRUSTED_PROXIES has "10.0.0.0/40"; it must be'],
      ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud"; it must be INFO, WARN, ERROR'],
    ] as const)('when %s is %j', async ([name, value, problem], { start }) => {
      expect(await endOf(start({ [name]: value }))).toContain(problem);
    });

    it('when a flag is unknown', async ({ start }) => {
      expect(await endOf(start({}, ['--frnt', 'alb']), 2)).toContain(
        "Unknown option '--frnt'; the flags are npm start -- [--front",
      );
    });

    it('when another server uses the data', async ({ folder, start }) => {
      await start().origin;
      expect(await endOf(start({}))).toContain(`another server uses the data in ${folder}`);
    });

    it('when the data folder cannot be written', async ({ folder, start }) => {
      const file = join(folder, 'a-file');
      writeFileSync(file, '');
      expect(await endOf(start({ DATA_DIR: join(file, 'data') }))).toMatch(
        /cannot keep data in .*a-file.*ENOTDIR.*DATA_DIR/,
      );
    });

    it('when the endpoint of a store does not answer', async ({ start }) => {
      const errors = await endOf(start({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }));
      expect(errors).toContain('table Timestamps at http://127.0.0.1:1 cannot be used: connect ECONNREFUSED');
    });

    it('when the endpoint of a store takes connections and says nothing', async ({ start }) => {
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const address = silent.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      const errors = await endOf(start({ DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` }));
      expect(errors).toContain('cannot be used');
      silent.close();
    });

    it('when its clock is behind the newest record, unless it is told that the record is what is wrong', async ({
      start,
    }) => {
      const { env, close } = await openStore(EMBEDDED);
      const { timestamps } = createDeps(env);
      const ahead = lowestIdAt((Date.now() + 3_600_000) * 1000);
      const fields = { clientIp: '127.0.0.1', protocol: 'http', requestId: 'r' };
      await timestamps.put({ id: ahead, timestamp: timestampOf(ahead), ...fields });
      const variables = {
        DYNAMODB_ENDPOINT: env.dynamodbEndpoint ?? '',
        TIMESTAMPS_TABLE: env.tables.timestamps,
        PEOPLE_TABLE: env.tables.people,
      };
      const errors = await endOf(start(variables));
      expect(errors).toContain('Rollcall cannot start: the clock says');
      expect(errors).toContain(`the newest record is of ${timestampOf(ahead)}, 60 minutes later`);
      const trusted = start({ ...variables, TRUST_CLOCK: '1' });
      expect((await send(await trusted.origin, 'GET', '/health')).status).toBe(200);
      trusted.child.kill();
      await trusted.end;
      await close();
    });

    it('when the endpoint is no address', async ({ start }) => {
      expect(await endOf(start({ DYNAMODB_ENDPOINT: 'localhost' }))).toContain(
        'DYNAMODB_ENDPOINT is "localhost"; it must be',
      );
    });

    it('when a real table has no region', async ({ start }) => {
      expect(await endOf(start({ TIMESTAMPS_TABLE: 'Real' }))).toContain('AWS_REGION is not set');
    });

    it('when a real table has no credentials', async ({ start }) => {
      const nothing = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' };
      const errors = await endOf(
        start({
          TIMESTAMPS_TABLE: 'Real',
          PEOPLE_TABLE: 'Real2',
          AWS_REGION: 'eu-west-1',
          ...nothing,
        }),
      );
      expect(errors).toContain('there are no AWS credentials for the table');
    });
  });

  it('serves from a real table, with the credentials of a profile', async ({ folder, start }) => {
    const { env, close } = await openStore(EMBEDDED);
    const profile = join(folder, 'credentials');
    writeFileSync(profile, '[someone]\naws_access_key_id = local\naws_secret_access_key = local\n');
    const { child, origin, end } = start({
      TIMESTAMPS_TABLE: env.tables.timestamps,
      PEOPLE_TABLE: env.tables.people,
      AWS_REGION: env.region,
      AWS_SHARED_CREDENTIALS_FILE: profile,
      AWS_PROFILE: 'someone',
      // The SDK's own variable, in place of the address of DynamoDB in that region.
      AWS_ENDPOINT_URL_DYNAMODB: env.dynamodbEndpoint ?? '',
    });
    const time = await post(await origin);
    expect(await listed(await origin)).toEqual([time]);
    child.kill();
    expect((await end).output).toContain(`data:  table ${env.tables.timestamps} in us-east-1`);
    await close();
  });

  it.skipIf(inject('dynamodbLocal') === null)('serves from another store at DYNAMODB_ENDPOINT', async ({ start }) => {
    const DYNAMODB_ENDPOINT = inject('dynamodbLocal') ?? '';
    const TIMESTAMPS_TABLE = `Started-${process.pid}`;
    const first = start({ DYNAMODB_ENDPOINT, TIMESTAMPS_TABLE });
    const time = await post(await first.origin);
    first.child.kill();
    expect((await first.end).output).toContain(`table ${TIMESTAMPS_TABLE} at ${DYNAMODB_ENDPOINT}`);
    const second = start({ DYNAMODB_ENDPOINT, TIMESTAMPS_TABLE });
    expect(await listed(await second.origin)).toEqual([time]);
  });
});

/** Resolves when nothing listens on the port any more. */
async function untilRefused(port: number): Promise<void> {
  for (;;) {
    const reply = await send(`http://127.0.0.1:${port}`, 'GET', '/health').catch((error: unknown) => error);
    if (reply instanceof Error && 'code' in reply && reply.code === 'ECONNREFUSED') return;
  }
}
