import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const INSTALL = new URL('../../build/install.js', import.meta.url);

const LOCK = {
  packages: {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b-other-system': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
};
const { '': _, 'node_modules/b-other-system': __, ...HERE } = LOCK.packages;

describe('the install before the other scripts', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
    mkdirSync(join(folder, 'build'));
    mkdirSync(join(folder, 'node_modules'));
    cpSync(INSTALL, join(folder, 'build', 'install.js'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(LOCK));
    // In place of npm, a program that notes how it was called.
    writeFileSync(
      join(folder, 'npm.js'),
      `import { writeFileSync } from 'node:fs';
writeFileSync('called', process.argv.slice(2).join(' '));
process.exit(Number(process.env.NPM_EXIT_CODE));`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function install(installed: object | undefined, exitCode = 0) {
    if (installed) {
      writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
    }
    const env = { ...process.env, npm_execpath: join(folder, 'npm.js'), NPM_EXIT_CODE: String(exitCode) };
    const { status, stderr } = spawnSync(process.execPath, ['build/install.js'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    const called = join(folder, 'called');
    return { status, stderr, npm: existsSync(called) ? readFileSync(called, 'utf8') : undefined };
  }

  it('runs npm ci when nothing is installed', () => {
    expect(install(undefined)).toMatchObject({ status: 0, npm: expect.stringMatching(/^ci /) });
  });

  it('does nothing, and says nothing, when what the lock file names is installed', () => {
    expect(install(HERE)).toEqual({ status: 0, stderr: '', npm: undefined });
  });

  it.each([
    ['a package is missing', {}],
    ['a package has another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['a package has other contents', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-z' } }],
    ['a package is there that the lock file does not name', { ...HERE, 'node_modules/c': { version: '1.0.0' } }],
  ])('runs npm ci when %s', (_, installed) => {
    expect(install(installed).npm).toMatch(/^ci /);
  });

  it('fails when npm ci fails', () => {
    expect(install(undefined, 7)).toMatchObject({ status: 1, stderr: expect.stringContaining('npm ci failed') });
  });
});
