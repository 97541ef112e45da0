import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../bin/release/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
afterAll(() => rmSync(folder, { recursive: true }));

function freshFolder(): string {
  return mkdtempSync(join(folder, 'some-'));
}

/** Runs the script in a folder, with programs of this test's before those of the machine. */
async function run(cwd: string, args: readonly string[], programs: string, variables: Record<string, string> = {}) {
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}`, ...variables };
  const child = spawn(process.execPath, [SCRIPT, ...args], { cwd, env });
  const text = Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  const [code] = await once(child, 'close');
  const [output = '', errors = ''] = (await text).map((chunks) => Buffer.concat(chunks).toString());
  return { code, output, errors };
}

/** A folder with programs that do as they are told here, and write down how they were called. */
function fakePrograms(programs: Readonly<Record<string, string>>) {
  const programsFolder = freshFolder();
  const log = join(programsFolder, 'log');
  writeFileSync(log, '');
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(programsFolder, name), `#!/bin/sh\necho "${name} $*" >> '${log}'\n${script}\n`, { mode: 0o755 });
  }
  return { programs: programsFolder, calls: () => readFileSync(log, 'utf8').trimEnd().split('\n') };
}

/** A project that is synthesised at once: each stage has what the folder `app` has. */
function project(): string {
  const cwd = freshFolder();
  const stack = { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/eu-west-1' };
  const properties = { templateFile: 'rollcall.template.json' };
  const manifest = { version: '36.0.0', artifacts: { rollcall: { ...stack, properties } } };
  const functionOf = (hash: string) => {
    mkdirSync(join(cwd, 'app', `asset.${hash}`), { recursive: true });
    writeFileSync(join(cwd, 'app', `asset.${hash}`, 'handler.mjs'), 'export {};');
    return { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: `${hash}.zip` } } };
  };
  const Resources = { ApiFunction0: functionOf('a'.repeat(64)), CanaryCheck0: functionOf('c'.repeat(64)) };
  writeFileSync(join(cwd, 'app', 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(cwd, 'app', 'rollcall.template.json'), JSON.stringify({ Resources }));
  writeFileSync(join(cwd, 'app.js'), "require('node:fs').cpSync('app', process.env.CDK_OUTDIR, { recursive: true });");
  writeFileSync(join(cwd, 'package.json'), '{"version":"1.2.3"}');
  const stages = { staging: { region: 'eu-west-1' }, prod: { region: 'eu-west-1' } };
  const delivery = { environments: { staging: { qualifier: 'a' }, prod: { qualifier: 'b' } } };
  writeFileSync(join(cwd, 'cdk.json'), JSON.stringify({ app: 'node app.js', context: { stages, delivery } }));
  return cwd;
}

/** GitHub's command line, with a release whose archive is the one that was built. */
function fakeGh(archive: string, { verified = true, commit = COMMIT, status = 'behind' } = {}) {
  return fakePrograms({
    gh: `case "$1 $2" in
      'api repos/{owner}/{repo}/commits/tags/v1.2.'*) echo ${commit} ;;
      'api repos/{owner}/{repo}/compare/main...'*) echo ${status} ;;
      'release download') cp '${archive}' "$7/rollcall-$3.tar.gz" ;;
      'repo view') echo acme/rollcall ;;
      'attestation verify') exit ${verified ? 0 : 1} ;;
      *) exit 9 ;;
    esac`,
  });
}

const COMMIT = '0123456789abcdef';
const TOOLS = { npm: 'echo {}', git: 'echo 0123456789abcdef' };

describe.concurrent('npm run release', () => {
  it('builds all stages that are delivered into one archive, which can be got back and is the same', async () => {
    const cwd = project();
    const built = await run(cwd, ['build'], fakePrograms(TOOLS).programs);
    expect(built).toMatchObject({
      code: 0,
      output: expect.stringContaining('rollcall-v1.2.3.tar.gz: staging, prod, '),
    });
    const gh = fakeGh(join(cwd, 'rollcall-v1.2.3.tar.gz'));
    const fetched = await run(cwd, ['fetch', 'v1.2.3', 'previous'], gh.programs);
    expect(fetched).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(cwd, 'previous/release.json'), 'utf8'))).toEqual({
      version: '1.2.3',
      commit: '0123456789abcdef',
      bundle: `asset.${'a'.repeat(64)}`,
      stages: ['staging', 'prod'],
    });
    expect(readdirSync(join(cwd, 'previous/prod')).sort()).toEqual(readdirSync(join(cwd, 'release/prod')).sort());
    expect(gh.calls().at(-1)).toBe(
      'gh attestation verify previous/rollcall-v1.2.3.tar.gz --repo acme/rollcall --signer-workflow acme/rollcall/.github/workflows/release.yml --source-ref refs/tags/v1.2.3 --source-digest 0123456789abcdef',
    );

    const forged = fakeGh(join(cwd, 'rollcall-v1.2.3.tar.gz'), { verified: false });
    expect(await run(cwd, ['fetch', 'v1.2.3', 'forged'], forged.programs)).toMatchObject({ code: 1 });
    expect(readdirSync(join(cwd, 'forged'))).toEqual(['rollcall-v1.2.3.tar.gz']);

    const unattested = { ATTESTATIONS: 'false' };
    const other = await run(cwd, ['fetch', 'v1.2.4', 'other'], gh.programs, unattested);
    expect(other).toMatchObject({ code: 1, errors: 'The archive of v1.2.4 is of version 1.2.3.\n' });
    const moved = fakeGh(join(cwd, 'rollcall-v1.2.3.tar.gz'), { commit: 'ffff' });
    const retagged = await run(cwd, ['fetch', 'v1.2.3', 'moved'], moved.programs, unattested);
    expect(retagged.code).toBe(1);
    expect(retagged.errors).toBe(`The archive of v1.2.3 was built of the commit ${COMMIT}, not ffff.\n`);

    const check = (...args: string[]) => run(cwd, ['check', 'release', ...args], gh.programs);
    expect(await check('v1.2.3', COMMIT)).toMatchObject({ code: 0 });
    expect(await check('v1.2.3', 'ffff')).toMatchObject({ code: 1 });
    expect(await check('v1.2.4', COMMIT)).toMatchObject({ code: 1 });
  });

  it('knows the commit of a tag, which must be of a release and on main', async () => {
    const cwd = project();
    const gh = fakeGh('');
    expect(await run(cwd, ['commit', 'v1.2.3'], gh.programs)).toMatchObject({ code: 0, output: `${COMMIT}\n` });
    expect(gh.calls()[0]).toBe('gh api repos/{owner}/{repo}/commits/tags/v1.2.3 --jq .sha');
    const elsewhere = fakeGh('', { status: 'diverged' });
    expect(await run(cwd, ['commit', 'v1.2.3'], elsewhere.programs)).toMatchObject({
      code: 1,
      errors: `The tag v1.2.3 is of the commit ${COMMIT}, which is not on main.\n`,
    });
  });

  it.each(['main', 'v1.2', '1.2.3', 'refs/heads/v1.2.3', 'v1.2.3/../../x', 'v1.2.3 --jq=.', '~v1.2.3', ''])(
    'takes %j for no release, and asks nobody about it',
    async (tag) => {
      const cwd = project();
      const gh = fakeGh('');
      for (const args of [
        ['commit', tag],
        ['fetch', tag, 'into'],
      ]) {
        const { code, errors } = await run(cwd, args, gh.programs);
        expect([code, errors]).toEqual([1, expect.stringMatching(/^The release is ".*"; it must be a tag such as/)]);
      }
      expect(gh.calls()).toEqual(['']);
    },
  );

  it('builds nothing of stages whose bundles differ', async () => {
    const cwd = project();
    const script = `const fs = require('node:fs');
      fs.cpSync('app', process.env.CDK_OUTDIR, { recursive: true });
      const file = process.env.CDK_OUTDIR + '/rollcall.template.json';
      const template = fs.readFileSync(file, 'utf8');
      if (process.env.CDK_OUTDIR.endsWith('prod')) fs.writeFileSync(file, template.replace(/a{64}/, 'b'.repeat(64)));`;
    writeFileSync(join(cwd, 'app.js'), script);
    const { code, errors } = await run(cwd, ['build'], fakePrograms(TOOLS).programs);
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/The stages have different bundles: asset\.a+, asset\.b+\./),
    ]);
    expect(readdirSync(cwd)).not.toContain('rollcall-v1.2.3.tar.gz');
  });

  it('knows the release before, and those after', async () => {
    const list = ['v1.0.0', 'v1.1.0'].map((tagName, index) => ({
      tagName,
      isDraft: false,
      isPrerelease: false,
      publishedAt: `2026-11-0${index + 1}T12:00:00Z`,
    }));
    const gh = fakePrograms({ gh: `echo '${JSON.stringify(list)}'` });
    const cwd = project();
    expect(await run(cwd, ['previous', 'v1.1.0'], gh.programs)).toMatchObject({ code: 0, output: 'v1.0.0\n' });
    expect(await run(cwd, ['previous', 'v1.0.0'], gh.programs)).toMatchObject({ code: 0, output: '\n' });
    expect(await run(cwd, ['later', 'v1.0.0'], gh.programs)).toMatchObject({ code: 0, output: 'v1.1.0\n' });
  });

  it.each([
    [['confirm', 'prod', 'prod'], 0],
    [['confirm', 'prod', 'staging'], 1],
    [['confirm', 'prod', ''], 1],
    [['confirm', 'prod'], 2],
    [['destroy'], 2],
    [[], 2],
  ])('ends %j with %d', async (args, code) => {
    expect(await run(project(), args, freshFolder())).toMatchObject({ code });
  });
});
