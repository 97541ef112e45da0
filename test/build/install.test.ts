import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

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
      `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const args = process.argv.slice(2);
appendFileSync('called', args.join(' ') + '\\n');
const bin = 'node_modules/.node/node_modules/' + args[1]?.replace(/@.*/, '') + '/bin';
if (args[0] === 'install') {
  if (process.env.NPM_EXIT_CODE !== '0') process.exit(1);
  mkdirSync(bin, { recursive: true });
  writeFileSync(bin + '/node', 'the program');
}
process.exit(Number(process.env.NPM_EXIT_CODE));`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function install(installed: object | undefined, exitCode = 0) {
    rmSync(join(folder, 'called'), { force: true });
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
    return { status, stderr, npm: existsSync(called) ? readFileSync(called, 'utf8').trimEnd() : undefined };
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

  it('installs what runs the server whatever the settings of npm leave out', () => {
    const { npm } = install(undefined);
    for (const flag of ['--include=dev', '--include=optional', '--engine-strict=false', '--bin-links=true']) {
      expect(npm).toContain(` ${flag} `);
    }
    // One of them would compile what nothing here uses, and fail where there is no compiler.
    expect(npm).toContain('ci --ignore-scripts ');
  });

  it('places Node itself where packages may run no scripts, once', () => {
    const withNode = { ...HERE, 'node_modules/node': { version: '24.1.2', integrity: 'sha512-n' } };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...withNode } }));
    mkdirSync(join(folder, 'node_modules', '.bin'));
    const first = install(withNode);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.npm).toMatch(/^install node(-bin)?-\w+-\w+@24\.1\.2 --ignore-scripts --no-save --prefix=/);
    expect(readFileSync(join(folder, 'node_modules', '.bin', 'node'), 'utf8')).toBe('the program');
    expect(install(withNode)).toEqual({ status: 0, stderr: '', npm: undefined });
  });

  it('goes on with the Node of the machine if that runs TypeScript and no other can be had', () => {
    const withNode = { ...HERE, 'node_modules/node': { version: '24.1.2', integrity: 'sha512-n' } };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...withNode } }));
    expect(install(withNode, 1)).toMatchObject({ status: 0, stderr: '' });
    // That of an older machine, as far as the script can see.
    const script = join(folder, 'build', 'install.js');
    writeFileSync(script, readFileSync(script, 'utf8').replaceAll('process.versions.node', "'20.20.2'"));
    expect(install(withNode, 1)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^Node 24\.1\.2 could not be installed, and v.* runs no TypeScript: install Node 24\.\n$/,
      ),
    });
  });
});

describe('the scripts of package.json', () => {
  const scripts = Object.entries(packageJson.scripts);

  it.each(scripts)('%s begins with the install', (_, script) => {
    expect(script).toMatch(/^node build\/install\.js && /);
  });

  it('do not rely on those that npm runs before others: with ignore-scripts it runs none', () => {
    const names = scripts.map(([name]) => name);
    expect(names.filter((name) => /^(pre|post)/.test(name) && names.includes(name.replace(/^(pre|post)/, '')))).toEqual(
      [],
    );
  });

  it('look for Node anew after the install, which a shell would not', () => {
    expect(scripts.filter(([, script]) => / && (exec )?node /.test(script))).toEqual([]);
  });
});
