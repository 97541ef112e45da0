import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The scripts that are programs of ours, and how each calls node. The others call vitest, Biome, or other scripts. */
const ours = Object.entries(packageJson.scripts).flatMap(([name, script]) => {
  // What is started again after each change would wait for one; how much memory a program may hold is no part of its call.
  const [, call] = /exec env node (.+)$/.exec(script.replaceAll(/--(watch-path|max-[a-z-]+)=\S+ /g, '')) ?? [];
  return call === undefined ? [] : [[name, call.split(' ')] as const];
});
const others = Object.keys(packageJson.scripts).filter((name) => !ours.some(([known]) => known === name));

/** Runs a script as npm does, in a folder where it would find nothing and leaves what it makes. */
function run(call: readonly string[], ...args: string[]) {
  const [file = '', ...first] = call;
  return new Promise<{ code: unknown; output: string; errors: string }>((resolve) => {
    execFile(process.execPath, [join(ROOT, file), ...first, ...args], { cwd: folder }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : error.code, output, errors });
    });
  });
}

describe('each command of package.json', () => {
  it('is ours, or one of those that are not', () => {
    expect(others).toEqual(['test', 'check', 'mutate', 'format']);
    expect(ours.length).toBeGreaterThan(20);
  });

  // One of each program, and the ones with an argument of their own; its other verbs are told in the same words.
  const programs = [...new Map(ours.map(([name, call]) => [call[0], [name, call] as const])).values()];

  it.each([...new Set([...programs, ...ours.filter(([, call]) => call.length > 2)])])(
    '%s says how it is called when it is asked to, with --help and -h, and does nothing else',
    async (_, call) => {
      const asked = await run(call, '--help');
      expect(asked).toEqual({ code: 0, output: expect.stringMatching(/^Usage: npm (start|run )/), errors: '' });
      expect(await run(call, '-h')).toEqual(asked);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each(programs)(
    '%s ends with 2 for a flag that it does not know, and says how it is called',
    async (name, call) => {
      const { code, output, errors } = await run(call, '--nonsense');
      expect([code, output]).toEqual([2, '']);
      expect(errors).toContain(name === 'dev' ? 'npm start -- [' : 'Usage: npm run ');
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
