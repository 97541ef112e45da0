// biome-ignore-all lint/suspicious/noTemplateCurlyInString: files name variables so.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRollFile } from '../../../bin/roll/roll-file.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';
import { KEYS, WEBHOOK_SECRET } from '../../support/telling.ts';

const MAIN = fileURLToPath(new URL('../../../bin/roll/main.ts', import.meta.url));
const ROLL = `
channels:
  ops:
    kind: mail
    to: [ops@example.com]
  hook:
    kind: webhook
    url: \${HOOK_URL}
    secret: \${HOOK_SECRET}
sources:
  backup-db:
    cron: "0 3 * * *"
    tz: Europe/Madrid
    channels: [ops]
  heartbeat:
    every: 5m
`;
const SECRETS = { HOOK_URL: 'https://hooks.example.com/very-secret', HOOK_SECRET: WEBHOOK_SECRET };

describe('npm run roll', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-roll-'));
  const file = join(folder, 'roll.yaml');
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
    await (await server.deps.telling?.())?.channels.putPublicKey(KEYS.publicKey);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function run(args: readonly string[], variables: Record<string, string> = SECRETS) {
    return new Promise<{ code: unknown; output: string; errors: string }>((resolve) => {
      const env = { ...process.env, ...variables };
      execFile(process.execPath, [MAIN, ...args, '--url', server.origin], { env }, (error, output, errors) => {
        resolve({ code: error === null ? 0 : error.code, output, errors });
      });
    });
  }

  it('says what it would change, changes it, and then has nothing to do', async () => {
    writeFileSync(file, ROLL);
    const lines = [
      'make the channel ops (mail)',
      'make the channel hook (webhook, with its url and secret)',
      'expect backup-db',
      'expect heartbeat',
    ];
    const dry = await run(['apply', file, '--dry-run']);
    expect(dry.output.trim().split('\n')).toEqual([...lines.map((line) => `would ${line}`), '4 would change.']);
    const first = await run(['apply', file]);
    expect(first.output.trim().split('\n')).toEqual([...lines, '4 changed.']);
    const again = await run(['apply', file], {});
    expect(again).toEqual({ code: 0, output: 'Nothing to do: all is as the file says.\n', errors: '' });
    expect(`${dry.output}${first.output}`).not.toMatch(/very-secret|whsec_/);
  });

  it('changes what has changed, and nothing else', async () => {
    writeFileSync(file, ROLL.replace('5m', '10m').replace('ops@example.com', 'all@example.com'));
    expect((await run(['apply', file])).output).toBe(
      'change the channel ops (mail)\nchange what is expected of heartbeat: every "5m" -> "10m"\n2 changed.\n',
    );
    expect((await run(['apply', file, '--secrets'])).output).toContain(
      'change the channel hook (webhook, with its url and secret)',
    );
  });

  it('writes a file by which nothing changes', async () => {
    const other = join(folder, 'exported.yaml');
    expect((await run(['export', other])).output).toContain('2 sources, 2 channels');
    const text = readFileSync(other, 'utf8');
    expect(text).toContain('url: ${HOOK_URL}');
    expect(text).not.toContain('grace');
    expect((await run(['apply', other], {})).output).toBe('Nothing to do: all is as the file says.\n');
  });

  it('changes nothing when a secret is not set', async () => {
    writeFileSync(file, 'channels: {team: {kind: slack, url: "${TEAM_URL}"}, more: {kind: mail, to: [a@example.com]}}');
    const { code, errors } = await run(['apply', file], {});
    expect([code, errors]).toEqual([2, `${file}: channels.team.url: TEAM_URL is not set\n`]);
    expect((await server.send('GET', '/channels/more')).status).toBe(404);
  });

  it.each([
    ['sources: {x: {every: 1x}}', /sources\.x\.every is "1x"; it must be from 1m/],
    ['sources: {x: {often: 1d}}', /sources\.x\.often is not known/],
    [
      'channels: {x: {kind: slack, url: "https://very-secret"}}',
      /channels\.x\.url is something else; it must be \$\{NAME\}/,
    ],
    ['sources: {x: {every: 1d}, x: {every: 2d}}', /unique/],
    ['a: &a [1]\nb: [*a', /./],
  ])('says what is wrong with %j, and shows no secret', (text, problem) => {
    expect(() => parseRollFile(text)).toThrow(problem);
    expect(() => parseRollFile(text)).not.toThrow(/very-secret/);
  });
});
