import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['lambda', 'local', 'build', 'lib', 'bin', 'bench'];
const FILES = ['package.json', 'cdk.json', 'tsconfig.json', 'vitest.config.ts'];

describe('a checkout in a folder whose path means something in an address', () => {
  let parent: string;
  let root: string;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'rollcall-'));
    root = join(parent, 'a #b? 100%25 é; &c');
    mkdirSync(root);
    for (const name of [...FOLDERS, ...FILES]) cpSync(join(ROOT, name), join(root, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  });
  afterAll(() => rmSync(parent, { recursive: true }));

  it('is served by npm start', async () => {
    const env = { ...process.env, PORT: '0', DATA_DIR: ':memory:' };
    const child = spawn(process.execPath, ['local/start.ts'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const origin = await new Promise<string>((resolve, reject) => {
        let said = '';
        child.stdout.setEncoding('utf8').on('data', (text) => {
          said += text;
          const address = /answers on (http:\S+)/.exec(said)?.[1];
          if (address !== undefined) resolve(address);
        });
        child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
      });
      expect((await send(origin, 'POST', '/app')).status).toBe(201);
      // Reads an asset that lies beside the bundle.
      expect((await send(origin, 'GET', '/openapi.json')).status).toBe(200);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('is synthesised', () => {
    const args = ['bin/stage/main.ts', 'synth', '-o', 'made #1?'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(readdirSync(join(root, 'made #1?'))).toContain('rollcall-poc-api.template.json');
  });

  it('says in one line that its tests do not run', () => {
    const { status, stderr } = spawnSync(process.execPath, ['vitest.config.ts'], { cwd: root, encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^The tests do not run in .*: Vite takes # and \?.*\n$/),
    ]);
  });
});

describe('the sources', () => {
  it('import what they are told by its address, not by its path', () => {
    const sources = ['lambda', 'local', 'build', 'lib', 'bin', 'bench', 'test'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.[jt]s$/.test(file) && !file.includes('node_modules'))
        .map((file) => join(ROOT, folder, file)),
    );
    // Either a text that stands there, or the address of a URL.
    const byPath = /(?<!\.)\bimport\((?!\s*['"`]|[^;]*?\.href\b|url\)).*/g;
    const found = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(byPath)].map(([text]) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
    expect(sources.length).toBeGreaterThan(200);
  });
});
