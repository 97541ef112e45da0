import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { bearer } from '../../support/keys.ts';
import { send } from '../../support/server.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs a script of the project on the data in a folder. */
function run(folder: string, script: string, args: readonly string[], variables: Record<string, string> = {}) {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...inherited } = process.env;
  const env = { ...inherited, DATA_DIR: folder, PORT: '0', ...variables };
  const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, env });
  const said = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.errors += text;
  });
  return { child, said, end: once(child, 'close').then(([code]) => ({ code, ...said })) };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function startClosed(folder: string) {
  const server = run(folder, 'local/start.ts', [], { ACCESS: 'keys' });
  onTestFinished(async () => {
    server.child.kill('SIGKILL');
    await server.end;
  });
  await new Promise<void>((resolve) => {
    server.child.stdout.on('data', () => server.said.output.includes('stop:') && resolve());
    void server.end.then(() => resolve());
  });
  const origin = /answers on (http:\S+)/.exec(server.said.output)?.[1];
  if (origin === undefined) throw new Error(`the server ended: ${server.said.errors}`);
  const post = async (key: string) => (await send(origin, 'POST', '/app', { headers: bearer(key) })).status;
  const stop = async () => {
    server.child.kill('SIGTERM');
    return server.end;
  };
  return { post, stop, said: server.said };
}

it('keys of this machine are made, listed, rotated and revoked, while a server runs and while none does', async () => {
  const folder = makeFolder();
  const keys = (...args: string[]) => run(folder, 'bin/keys/main.ts', args).end;
  const made = await keys('create', '--name', 'me', '--scope', 'record');
  expect(made).toMatchObject({ code: 0, errors: expect.stringContaining('expires never. It is printed this once:') });
  // Nothing else is printed there: a script can take it.
  expect(made.output).toMatch(/^rc_\w{46}\n$/);
  const first = made.output.trim();

  const server = await startClosed(folder);
  expect([await server.post(first), await server.post('')]).toEqual([201, 401]);
  const rotated = await keys('rotate', '--name', 'me', '--overlap', '1h');
  expect(rotated.errors).toContain('in use by a server');
  const second = rotated.output.trim();
  const { code, output } = await keys('list');
  expect([code, output.split('\n').filter((line) => line.endsWith('\tgood')).length]).toEqual([0, 2]);
  expect((await keys('revoke', '--name', 'me')).errors).toContain('Revoked: 2. All instances refuse it within 30 s');
  const { errors } = await server.stop();

  const again = await startClosed(folder);
  expect([await again.post(first), await again.post(second)]).toEqual([401, 401]);
  await again.stop();

  // Neither is anywhere but where it was printed.
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const stored = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'latin1'));
  const elsewhere = [...stored, output, errors, server.said.output, again.said.output, again.said.errors].join('\n');
  expect(elsewhere).toContain(first.slice(3, 11));
  for (const key of [first, second]) expect(elsewhere).not.toContain(key.slice(11, 43));
});

it.each([
  [['create', '--name', 'x'], 2, '--scope is missing\nUsage: npm run keys'],
  [['revoke', '--name', 'x'], 2, 'No key of "x" is good; the names that have one are: none.'],
  [['list', '--stage', 'poc'], 1, 'The stage poc is open'],
  [['list', '--stage', 'nowhere'], 1, 'There is no stage "nowhere" in cdk.json'],
])('npm run keys says why it does not: %j', async (args, code, message) => {
  const { errors, ...end } = await run(makeFolder(), 'bin/keys/main.ts', args).end;
  expect([end.code, errors]).toEqual([code, expect.stringContaining(message)]);
});
