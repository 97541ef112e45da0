import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { startServer, type TestServer } from './support/server.ts';
import { EMBEDDED } from './support/stores.ts';

const run = promisify(execFile);
/** The README, and the pages that it leads its users to. */
const DOCUMENTS = [
  'README.md',
  ...['roll', 'api', 'access', 'tell', 'one-machine', 'deploy', 'develop'].map((name) => `docs/${name}.md`),
];
const texts = DOCUMENTS.map((file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
const commands = texts.flatMap((text) =>
  [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trim().split('\n')),
);
const curls = commands.filter((command) => command.startsWith('curl '));
const scripts = commands.filter((command) => command.startsWith('npm '));
const hasCurl = spawnSync('curl', ['--version']).status === 0;

function answerTo(command: string): RegExp {
  if (command.includes('/channels/')) return /^\{".*\}|^waits/;
  if (/-X PUT .*\/hello|-X DELETE/.test(command)) return /^$/;
  if (command.includes('/ping/')) return /^OK$/;
  if (command.includes('/sources') || command.includes('/outages')) return /^(\{"(source|items)"|source,|at,|$)/;
  return command.includes('-X POST') ? /^(\{.*)?\d{4}-\d\d-\d\dT/ : /^(\{\s*"|id,timestamp)/;
}

describe('what users are told to type', () => {
  let server: TestServer;
  beforeAll(async () => {
    // Nobody sends here: a test of a channel does not wait for that.
    server = await startServer(EMBEDDED, { deps: { channelTestMs: 0 } });
  });
  afterAll(() => server.close());

  it.skipIf(!hasCurl).each(curls)('has a command that works: %s', async (command) => {
    const here = command.replace('localhost:3000', server.origin.replace('http://', ''));
    const { stdout } = await run('bash', [
      '-c',
      `${here} --silent --show-error ${command.includes(' -f') ? '' : '--fail-with-body'}`,
    ]);
    expect(stdout).toMatch(answerTo(command));
  });

  it.each(scripts)('names a script that exists: %s', (command) => {
    const name = command.replace(/^npm (run (--silent )?)?/, '').split(' ')[0] ?? '';
    expect(Object.keys(packageJson.scripts)).toContain(name);
  });
});
