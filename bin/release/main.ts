/** `npm run release`: what a release is made of, and what is done with it. The pipelines call it, and so can a laptop. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stagesOf } from '../../lib/config/delivery-config.ts';
import { messageOf } from '../../local/error-message.ts';
import { readArguments, refuse } from '../../local/usage.ts';
import { bundleOf } from '../shared/templates.ts';
import { laterReleases, previousRelease, type Release } from './releases.ts';

const USAGE = `Usage: npm run release -- VERB
  build [STAGE...]  synthesise the stages that are delivered, once, into release/ and one archive
  commit TAG        print the commit of a release's tag, if that lies on main
  check FOLDER TAG COMMIT
                    end with 1 unless what lies in the folder was built for that release, of that commit
  fetch TAG FOLDER  get the archive of a release from GitHub, see that it was built there of its tag, and unpack it
  previous TAG      print the release to go back to from TAG, if there is one
  later TAG         print the releases that going back to TAG takes back
  confirm STAGE TYPED
                    end with 1 unless the name of the stage was typed`;
const { positionals } = readArguments(USAGE, { allowPositionals: true });
const FOLDER = 'release';
const STAGE = fileURLToPath(new URL('../stage/main.ts', import.meta.url));
const { version } = readJson('package.json');

/** Where the archive is, for whoever keeps it. */
const ARCHIVE = `rollcall-v${version}.tar.gz`;

function build(given: readonly string[]): void {
  const stages = given.length > 0 ? given : stagesOf(readJson('cdk.json').context.delivery);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const stage of stages) {
    run(process.execPath, [STAGE, 'synth', '-c', `stage=${stage}`, '-o', join(FOLDER, stage)]);
  }
  const bundles = new Set(stages.map((stage) => bundleOf(readTemplates(join(FOLDER, stage)))));
  const [bundle] = bundles;
  if (bundles.size !== 1) throw new Error(`The stages have different bundles: ${[...bundles].join(', ')}.`);
  const commit = read('git', ['rev-parse', 'HEAD']).trim();
  writeFileSync(join(FOLDER, 'release.json'), `${JSON.stringify({ version, commit, bundle, stages }, undefined, 2)}\n`);
  writeFileSync(
    join(FOLDER, 'sbom.cdx.json'),
    read('npm', ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--workspaces=false', '--package-lock-only']),
  );
  run('tar', ['-czf', ARCHIVE, '-C', FOLDER, '.']);
  console.log(`${ARCHIVE}: ${stages.join(', ')}, version ${version}, bundle ${bundle}`);
}

function readTemplates(folder: string): unknown[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  return files.map((file) => readJson(join(folder, file)));
}

/** The tag of a release: a version of semver.org with a v in front. */
const TAG = /^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/**
 * The commit of a release's tag, asked for as a tag, because a branch may have the same name.
 *
 * @throws Error when it is no tag of a release, or of a commit that nobody has put onto main
 */
function commitOf(tag: string): string {
  if (!TAG.test(tag)) throw new Error(`The release is ${JSON.stringify(tag)}; it must be a tag such as v1.2.3.`);
  const ask = (path: string, field: string) =>
    read('gh', ['api', `repos/{owner}/{repo}/${path}`, '--jq', field]).trim();
  const commit = ask(`commits/tags/${tag}`, '.sha');
  const status = ask(`compare/main...${commit}`, '.status');
  if (status !== 'behind' && status !== 'identical') {
    throw new Error(`The tag ${tag} is of the commit ${commit}, which is not on main.`);
  }
  return commit;
}

/** @throws Error unless what was unpacked into the folder is that release, built of that commit */
function check(folder: string, tag: string, expected: string): void {
  const { version, commit } = readJson(join(folder, 'release.json'));
  if (`v${version}` !== tag) throw new Error(`The archive of ${tag} is of version ${version}.`);
  if (commit !== expected) throw new Error(`The archive of ${tag} was built of the commit ${commit}, not ${expected}.`);
}

function fetch(tag: string, folder: string): void {
  const commit = commitOf(tag);
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, `rollcall-${tag}.tar.gz`);
  run('gh', ['release', 'download', tag, '--pattern', `rollcall-${tag}.tar.gz`, '--dir', folder, '--clobber']);
  // GitHub attests builds of private repositories for its Enterprise Cloud only.
  if (process.env.ATTESTATIONS === 'false') console.log('The archive is not attested: ATTESTATIONS is false.');
  else {
    const repository = read('gh', ['repo', 'view', '--json', 'nameWithOwner', '--jq', '.nameWithOwner']).trim();
    const workflow = `${repository}/.github/workflows/release.yml`;
    // The workflow could be started on a branch, too, where it may be another.
    const source = ['--source-ref', `refs/tags/${tag}`, '--source-digest', commit];
    run('gh', ['attestation', 'verify', archive, '--repo', repository, '--signer-workflow', workflow, ...source]);
  }
  run('tar', ['-xzf', archive, '-C', folder]);
  check(folder, tag, commit);
}

function releases(): readonly Release[] {
  const fields = 'tagName,isDraft,isPrerelease,publishedAt';
  return JSON.parse(read('gh', ['release', 'list', '--limit', '200', '--json', fields]));
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
}

function read(command: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
  return stdout;
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

try {
  const [verb, ...args] = positionals;
  const [first = '', second = '', third = ''] = args;
  if (verb === 'build') build(args);
  else if (verb === 'commit' && args.length === 1) console.log(commitOf(first));
  else if (verb === 'check' && args.length === 3) check(first, second, third);
  else if (verb === 'fetch' && args.length === 2) fetch(first, second);
  else if (verb === 'previous' && args.length === 1) console.log(previousRelease(releases(), first)?.tagName ?? '');
  else if (verb === 'later' && args.length === 1) {
    for (const { tagName } of laterReleases(releases(), first)) console.log(tagName);
  } else if (verb === 'confirm' && args.length === 2) {
    if (first !== second) throw new Error(`Type ${first} to confirm: ${JSON.stringify(second)} was typed.`);
  } else {
    refuse(verb === undefined ? 'A verb is missing' : `It is not called like that: ${positionals.join(' ')}`, USAGE);
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
