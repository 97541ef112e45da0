/**
 * `npm run report -- --base COMMIT`: what changed since a commit: the templates of each stage, the weight of the bundle
 * and the contract. It compares templates with templates, so it needs no account.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { messageOf } from '../../local/error-message.ts';
import { readArguments, refuse } from '../../local/usage.ts';
import { CDK } from '../shared/cdk.ts';
import { describeChange, type StackChange } from './change-report.ts';

const USAGE = 'Usage: npm run report -- --base COMMIT [--output FILE]';
const CONTRACT = 'lambda/api/site/assets/openapi.json';
const NOTHING = '{"Resources":{}}';

/** One side of the comparison: a folder with the repository in it, and one for what is synthesised. */
interface Side {
  readonly source: string;
  readonly output: string;
}

function report(base: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-report-'));
  const before = { source: join(folder, 'source'), output: join(folder, 'before') };
  const after = { source: process.cwd(), output: join(folder, 'after') };
  try {
    run('.', 'git', 'worktree', 'add', '--detach', before.source, base);
    run(before.source, 'npm', 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
    const stages = [...new Set([...stagesOf(before), ...stagesOf(after)])];
    return describeChange({
      stages: Object.fromEntries(stages.map((stage) => [stage, changesOf(stage, before, after, folder)])),
      bundle: { before: weightOf(before), after: weightOf(after) },
      contract: contractChanges(before, after),
    });
  } finally {
    spawnSync('git', ['worktree', 'remove', '--force', before.source]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function stagesOf({ source }: Side): string[] {
  return Object.keys(JSON.parse(readFileSync(join(source, 'cdk.json'), 'utf8')).context.stages);
}

function changesOf(stage: string, before: Side, after: Side, folder: string): StackChange[] {
  const old = templatesOf(before, stage);
  const current = templatesOf(after, stage);
  const stacks = [...new Set([...Object.keys(old), ...Object.keys(current)])];
  return stacks.map((stack) => {
    const was = old[stack] ?? NOTHING;
    const is = current[stack];
    if (is === undefined) return { stack, diff: 'The stack is gone.' };
    if (is === was) return { stack, diff: undefined };
    const file = join(folder, `${stack}.json`);
    writeFileSync(file, was);
    return { stack, diff: cdkDiff(stack, join(after.output, stage), file) };
  });
}

/** The words of cdk on one stack, without those on the app and on itself. */
function cdkDiff(stack: string, app: string, template: string): string {
  // With --ci it says what differs on the standard output, and what it thinks of the app elsewhere.
  const only = ['--exclusively', '--ci', '--no-color', '--no-notices', '--no-version-reporting'];
  const said = run('.', process.execPath, CDK, 'diff', stack, `--app=${app}`, `--template=${template}`, ...only);
  return said.slice(Math.max(0, said.search(/^Stack /m))).replace(/\n+\S+\s+Number of stacks with differences.*/s, '');
}

/** The text of each stack's template; none where the side does not have the stage. */
function templatesOf(side: Side, stage: string): Record<string, string> {
  if (!stagesOf(side).includes(stage)) return {};
  const output = join(side.output, stage);
  run(side.source, 'npm', 'run', '--silent', 'synth', '--', '-c', `stage=${stage}`, '-o', output);
  const { stacks } = new CloudAssembly(output);
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, readFileSync(stack.templateFullPath, 'utf8')]));
}

function weightOf({ source }: Side): string {
  return run(source, 'npm', 'run', '--silent', 'build').split(': ').at(-1)?.trim() ?? 'unknown';
}

function contractChanges(before: Side, after: Side): string {
  const old = join(before.source, CONTRACT);
  if (!existsSync(old)) return 'There was no contract before.';
  const { stdout, stderr } = spawnSync('npm', ['run', '--silent', 'openapi:diff', '--', old], {
    cwd: after.source,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.replaceAll(`${before.source}/`, '');
}

/** The output of a command; it ends this one if it fails. */
function run(cwd: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}

const { values } = readArguments(USAGE, { options: { base: { type: 'string' }, output: { type: 'string' } } });
if (values.base === undefined) refuse('--base is missing', USAGE);
try {
  const text = report(values.base);
  if (values.output === undefined) console.log(text);
  else writeFileSync(values.output, text);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
