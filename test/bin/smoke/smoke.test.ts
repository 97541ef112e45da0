import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, type Reply } from '../../../bin/smoke/exchange.ts';
import { type Outcome, smoke } from '../../../bin/smoke/steps.ts';
import { listen } from '../../../local/listen.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { createTestGate } from '../../support/keys.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

let server: TestServer;
const fronts = new Set<Server>();
beforeAll(async () => {
  server = await startServer(EMBEDDED);
});
afterAll(async () => {
  for (const front of fronts) front.close();
  await server.close();
});

type Change = (reply: Reply, method: string, path: string) => Partial<Reply>;

/** Something between the client and the server that changes answers. */
async function startFront(change: Change): Promise<string> {
  const front = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    const sent = Object.fromEntries(
      ['accept', 'authorization', 'content-type', 'idempotency-key'].flatMap((name) => {
        const value = headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const reply = await exchange(new URL(url, server.origin), { method, headers: sent, body });
    const { 'content-length': _, ...others } = reply.headers;
    const changed = { ...reply, headers: others, ...change({ ...reply, headers: others }, method, url) };
    response.writeHead(
      changed.status,
      Object.entries(changed.headers).flatMap(([name, value = '']) => [name, value]),
    );
    response.end(changed.text);
  });
  fronts.add(front);
  return await listen(front);
}

async function outcomesOf(origin: string, version?: string): Promise<readonly Outcome[]> {
  return await smoke(
    { url: new URL(origin), version },
    () => {},
    () => Promise.resolve(),
  );
}

function failuresOf(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ differences }) => differences.length > 0);
}

function without(reply: Reply, name: string) {
  const { [name]: _, ...headers } = reply.headers;
  return { headers };
}

describe('The smoke test', () => {
  it('finds nothing wrong with the server', async () => {
    expect(failuresOf(await outcomesOf(server.origin, packageJson.version))).toEqual([]);
  });

  it('finds nothing wrong with a stage that asks for keys, and shows its key', async () => {
    const gate = createTestGate();
    const closed = await startServer(EMBEDDED, { access: 'keys', deps: { gate } });
    const target = { url: new URL(closed.origin), key: gate.add({ sources: ['smoke'] }) };
    const printed: string[] = [];
    const outcomes = await smoke(
      target,
      (line) => printed.push(line),
      () => Promise.resolve(),
    );
    const open = await smoke(
      { url: new URL(closed.origin) },
      () => {},
      () => Promise.resolve(),
    );
    await closed.close();
    expect(failuresOf(outcomes)).toEqual([]);
    expect(printed).toContain('ok    asks strangers for a key, for whatever is not open');
    expect(JSON.stringify(printed)).not.toContain('rc_');
    const failure = failuresOf(open).find(({ title }) => title === 'records a timestamp');
    expect(failure?.differences[0]).toMatch(/^the status is 401, not 201: .*This asks who you are/);
  });

  it('notices a stage that was to ask for keys, and does not', async () => {
    const outcomes = await smoke(
      { url: new URL(server.origin), key: 'rc_' },
      () => {},
      () => Promise.resolve(),
    );
    const failure = failuresOf(outcomes).find(({ title }) => title.startsWith('asks strangers'));
    expect(failure?.differences).toContainEqual(expect.stringMatching(/^the status is 200, not 401/));
  });

  it('marks its timestamps, and leaves nobody behind', async () => {
    const asked: string[] = [];
    const origin = await startFront((_, method, path) => {
      asked.push(`${method} ${path}`);
      return {};
    });
    await outcomesOf(origin);
    const { text } = await server.send('GET', '/app?source=smoke&limit=1');
    expect(JSON.parse(text).items).toEqual([expect.objectContaining({ note: expect.stringMatching(/^smoke test /) })]);
    const names = asked.flatMap((line) => /^PUT (\/hello\/Smoke[a-p]{32})$/.exec(line)?.[1] ?? []);
    expect(names).toHaveLength(1);
    expect((await server.send('GET', names[0] ?? '')).status).toBe(404);
  });

  it.each<[string, string, RegExp, Change]>([
    [
      'an answer without nosniff',
      'reads it back as JSON',
      /^x-content-type-options is missing, not "nosniff"$/,
      (reply, method) => (method === 'GET' ? without(reply, 'x-content-type-options') : {}),
    ],
    [
      'a page that may be framed',
      'shows it on a page',
      /^content-security-policy lacks frame-ancestors 'none'/,
      (reply) => ({
        headers: {
          ...reply.headers,
          'content-security-policy': String(reply.headers['content-security-policy']).replace(
            "frame-ancestors 'none'",
            '',
          ),
        },
      }),
    ],
    [
      'a store that is not ready',
      'is alive and ready',
      /^the status is 503, not 200: /,
      (_, __, path) => (path === '/ready' ? { status: 503 } : {}),
    ],
    [
      'another version',
      'tells its contract of version 0.0.0',
      /^the version is "\d+\.\d+\.\d+", not "0\.0\.0"$/,
      () => ({}),
    ],
    [
      'a record that lost its note',
      'records a timestamp',
      /^the note is missing, not "smoke test /,
      (reply, method, path) =>
        method === 'POST' && path === '/app' ? { text: reply.text.replace(/"note":"[^"]*",/, '') } : {},
    ],
    [
      'a key that is forgotten',
      'replays it for the same Idempotency-Key',
      /^idempotency-replayed is missing, not "true"$/,
      (reply) => without(reply, 'idempotency-replayed'),
    ],
    [
      'a list that stays empty',
      'reads it back as JSON',
      /^the list does not have the id .* once$/,
      (_, __, path) => (path.startsWith('/app?source=smoke') ? { text: '{"items":[]}' } : {}),
    ],
    [
      'an input that is let through',
      'refuses what is wrong, and says what',
      /^the status is 201, not 400/,
      (_, __, path) => (path.includes('no%20spaces') ? { status: 201 } : {}),
    ],
    [
      'a greeting for somebody else',
      'greets',
      /^the greeting is .*does not match/,
      (reply) => ({
        text: reply.text.replace(/Hello, \w+/, 'Hello, Mallory'),
      }),
    ],
    [
      'a person who is not erased',
      'erases',
      /^the status is 200, not 404/,
      (_, method, path) => (method === 'GET' && path.startsWith('/hello/') ? { status: 200 } : {}),
    ],
  ])('notices %s', async (_, title, line, change) => {
    const outcomes = await outcomesOf(await startFront(change), '0.0.0');
    const outcome = outcomes.find((one) => one.title === title);
    expect(outcome?.differences).toEqual(expect.arrayContaining([expect.stringMatching(line)]));
  });

  it('asks again for what was written a moment ago', async () => {
    const lists: string[] = [];
    const origin = await startFront((_, __, path) => {
      if (!path.startsWith('/app?source=smoke&')) return {};
      lists.push(path);
      return lists.length === 1 ? { text: '{"items":[]}' } : {};
    });
    const pauses: number[] = [];
    const outcomes = await smoke(
      { url: new URL(origin) },
      () => {},
      async (ms) => pauses.push(ms),
    );
    expect(outcomes.find(({ title }) => title === 'reads it back as JSON')?.differences).toEqual([]);
    expect([pauses, new Set(lists).size]).toEqual([[1000], lists.length]);
  });
});

/** Runs the script as npm does. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('../../../bin/smoke/main.ts', import.meta.url)),
    ...args,
  ]);
  const text = Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  const [code] = await once(child, 'close');
  const [output = '', errors = ''] = (await text).map((chunks) => Buffer.concat(chunks).toString());
  return { code, output, errors };
}

describe.concurrent('npm run smoke', () => {
  it('ends with 1, and says what differs, where nobody answers', async () => {
    const { code, output } = await run('--url', 'http://127.0.0.1:1');
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Smoke test of http:\/\/127\.0\.0\.1:1\nFAIL {2}is alive and ready\n {6}no answer: .*ECONNREFUSED/,
    );
    expect(output).toMatch(/\n9 of 9 steps failed\.\n$/);
  });

  it.each([
    [[], 'One of --url and --outputs is needed.'],
    [['--url', 'localhost:3000'], 'The address is localhost:3000; it must begin with https:// or http://.'],
    [['--outputs', 'package.json'], 'The address is missing; it must begin with https:// or http://.'],
    [['--uri', 'http://127.0.0.1'], "Unknown option '--uri'"],
  ])('ends with 2 and how it is called for %j', async (args, message) => {
    const { code, errors } = await run(...args);
    expect([code, errors]).toEqual([2, expect.stringContaining(message)]);
    expect(errors).toContain('Usage: npm run smoke');
  });
});
