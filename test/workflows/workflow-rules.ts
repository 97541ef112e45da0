/** What every workflow must keep to, so that it has the least power that its work needs. */
import * as v from 'valibot';
import { parse } from 'yaml';

/** What breaks a rule, and where. */
export interface Finding {
  readonly rule: Rule;
  readonly where: string;
}

export type Rule =
  | 'permissions are given job by job'
  | 'actions are pinned by commit, with the version beside it'
  | 'what strangers send starts no job with rights'
  | 'pull requests get no secret, and no token that writes but for their own repository'
  | 'shell lines have no expression in them'
  | 'deployments of one environment never overlap'
  | 'AWS is reached from an environment only'
  | 'every job has a time-out'
  | 'checkouts keep no token'
  | 'what is done by hand to an environment is confirmed by its name'
  | 'code is taken by its commit, and refs are named in full'
  | 'what is typed is checked before it is used'
  | 'a workflow that is called is handed the secrets of its environment';

const Step = v.object({
  uses: v.optional(v.string()),
  run: v.optional(v.string()),
  env: v.optional(v.record(v.string(), v.unknown()), {}),
  with: v.optional(v.record(v.string(), v.unknown()), {}),
});
const Job = v.object({
  if: v.optional(v.string(), ''),
  permissions: v.optional(v.unknown()),
  environment: v.optional(v.unknown()),
  concurrency: v.optional(v.unknown()),
  'timeout-minutes': v.optional(v.unknown()),
  uses: v.optional(v.string()),
  secrets: v.optional(v.unknown()),
  needs: v.optional(v.union([v.string(), v.array(v.string())]), []),
  with: v.optional(v.record(v.string(), v.unknown()), {}),
  env: v.optional(v.record(v.string(), v.unknown()), {}),
  steps: v.optional(v.array(Step), []),
});
const Workflow = v.object({
  on: v.union([v.record(v.string(), v.unknown()), v.array(v.string()), v.string()]),
  permissions: v.optional(v.unknown()),
  jobs: v.record(v.string(), Job),
});
/** What somebody is asked who starts a workflow by hand. */
const Dispatch = v.object({
  inputs: v.optional(v.record(v.string(), v.object({ type: v.optional(v.string(), 'string') })), {}),
});
type Workflow = v.InferOutput<typeof Workflow>;
type Job = v.InferOutput<typeof Job>;

const PINNED = /uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
const EXPRESSION = /\$\{\{/;
const CHECKING = /npm run (?:--silent )?release -- (?:confirm|commit) /;
const LOCAL = /uses: \.\/[\w./-]+$/;
/** Where a branch could take the place of a tag, what may be named: a commit. Checkouts without a ref take that of the run. */
const COMMITS =
  /^\$\{\{ (github\.sha|github\.event\.pull_request\.(base|head)\.sha|inputs\.commit|needs\.\w+\.outputs\.commit) \}\}$/;
/** What takes a name for a branch or a tag, unless the name is one in full. */
const LOOSE_REF =
  /--ref[ =](?!"?refs\/)|\bgit (?:show|checkout|switch|reset|archive|merge|rev-parse|worktree add)\b(?! (?:[\w-]+ )*"?(?:refs\/|HEAD))/;
const AWS_ACTION = /^aws-actions\//;
/** Whose code runs, and whose words are read, with the rights of the repository. */
const OPEN_TO_STRANGERS = ['pull_request_target', 'workflow_run', 'issue_comment', 'issues', 'discussion', 'fork'];
const OWN_PULL_REQUEST = 'github.event.pull_request.head.repo.full_name == github.repository';

/** What breaks a rule in a workflow, or in an action of the repository's own. */
export function findingsIn(file: string, text: string): readonly Finding[] {
  const ofText = [...pins(file, text), ...shellLines(file, text), ...looseRefs(file, text)];
  if (!file.includes('workflows/')) return ofText;
  const workflow = v.parse(Workflow, parse(text));
  const events =
    typeof workflow.on === 'string'
      ? [workflow.on]
      : Array.isArray(workflow.on)
        ? workflow.on
        : Object.keys(workflow.on);
  const isForPullRequests = events.includes('pull_request');
  return [
    ...ofText,
    ...found(
      'what strangers send starts no job with rights',
      events.filter((event) => OPEN_TO_STRANGERS.includes(event)),
      file,
    ),
    ...found('what is typed is checked before it is used', uncheckedInputs(workflow), file),
    ...found('permissions are given job by job', isEmptyObject(workflow.permissions) ? [] : ['the workflow'], file),
    ...(isForPullRequests
      ? found(
          'pull requests get no secret, and no token that writes but for their own repository',
          text.match(/secrets\b.*|vars\..*|id-token.*/g) ?? [],
          file,
        )
      : []),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) => [
      ...jobFindings(job, workflow, isForPullRequests).map((rule) => ({ rule, where: `${file}: job ${name}` })),
    ]),
  ];
}

function jobFindings(job: Job, workflow: Workflow, isForPullRequests: boolean): Rule[] {
  const { permissions, environment, steps, uses } = job;
  const scopes = typeof permissions === 'object' && permissions !== null ? Object.values(permissions) : undefined;
  const usesAws = steps.some((step) => AWS_ACTION.test(step.uses ?? ''));
  const isGuarded = job.if.replaceAll(/\s+/g, ' ').startsWith(OWN_PULL_REQUEST) && !job.if.includes('||');
  const rules: [Rule, boolean][] = [
    ['permissions are given job by job', scopes !== undefined],
    [
      'pull requests get no secret, and no token that writes but for their own repository',
      !isForPullRequests || isGuarded || (scopes ?? []).every((scope) => scope === 'read' || scope === 'none'),
    ],
    ['every job has a time-out', uses !== undefined || typeof job['timeout-minutes'] === 'number'],
    [
      'checkouts keep no token',
      steps.every((step) => !step.uses?.startsWith('actions/checkout@') || step.with['persist-credentials'] === false),
    ],
    [
      'a workflow that is called is handed the secrets of its environment',
      !uses?.startsWith('./.github/workflows/') || job.secrets === 'inherit',
    ],
    ['AWS is reached from an environment only', !usesAws || (environment !== undefined && !isForPullRequests)],
    ['deployments of one environment never overlap', environment === undefined || isOneByOne(job)],
    ['what is done by hand to an environment is confirmed by its name', isConfirmed(job, workflow)],
  ];
  return rules.filter(([, isKept]) => !isKept).map(([rule]) => rule);
}

/** The group is that of the environment in all workflows, and whoever came first is not stopped half-way. */
function isOneByOne({ environment, concurrency }: Job): boolean {
  const expected = { group: `deploy-${environment}`, 'cancel-in-progress': false };
  return JSON.stringify(concurrency) === JSON.stringify(expected);
}

/** Whether a job that somebody starts for an environment, and only for that, has the name typed before AWS is reached. */
function isConfirmed(job: Job, { on, jobs }: Workflow): boolean {
  const isByHand = typeof on === 'object' && !Array.isArray(on) && Object.keys(on).join() === 'workflow_dispatch';
  const isDeploying = job.environment !== undefined || 'environment' in job.with;
  if (!isByHand || !isDeploying) return true;
  const before = [job.needs].flat().flatMap((name) => jobs[name]?.steps ?? []);
  const steps = [...before, ...job.steps];
  const confirms = steps.findIndex(({ run }) => run === 'npm run release -- confirm "$STAGE" "$TYPED"');
  const reaches = steps.findIndex(({ uses }) => AWS_ACTION.test(uses ?? ''));
  return confirms >= 0 && (reaches < 0 || confirms < reaches);
}

function pins(file: string, text: string): readonly Finding[] {
  const lines = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
  const loose = lines.filter((line) => !PINNED.test(line) && !LOCAL.test(line));
  return found('actions are pinned by commit, with the version beside it', loose, file);
}

/** Texts of others reach a shell as values of its environment, which it does not run. */
function shellLines(file: string, text: string): readonly Finding[] {
  const runs = textsOf(parse(text), ['run', 'script']);
  return found(
    'shell lines have no expression in them',
    runs.filter((run) => EXPRESSION.test(run)),
    file,
  );
}

/** Actions and jobs are told a commit; a checkout, git and gh would take a branch for the tag of the same name. */
function looseRefs(file: string, text: string): readonly Finding[] {
  const node: unknown = parse(text);
  const given = textsOf(node, ['ref', 'commit']).filter((value) => EXPRESSION.test(value) || /^[\w.-]+$/.test(value));
  const shell = textsOf(node, ['run', 'script']).flatMap((run) => run.split('\n'));
  return found(
    'code is taken by its commit, and refs are named in full',
    [
      ...given.filter((value) => !COMMITS.test(value) && !isStepOutput(value)),
      ...shell.filter((line) => LOOSE_REF.test(line)),
    ],
    file,
  );
}

/** An output of a job that is what a step of it has found out. */
function isStepOutput(value: string): boolean {
  return /^\$\{\{ steps\.\w+\.outputs\.commit \}\}$/.test(value);
}

/** The inputs that take any text, and that no step of this workflow checks; what calls another has them checked itself. */
function uncheckedInputs({ on, jobs }: Workflow): string[] {
  const byHand = typeof on === 'object' && !Array.isArray(on) ? on.workflow_dispatch : undefined;
  const { inputs } = v.parse(Dispatch, byHand ?? {});
  const checking = Object.values(jobs)
    .flatMap(({ env, steps }) => steps.map((step) => ({ ...step, env: { ...env, ...step.env } })))
    .filter(({ run = '' }) => CHECKING.test(run));
  const checked = checking.flatMap(({ run = '', env }) =>
    Object.entries(env).flatMap(([name, value]) => (run.includes(`"$${name}"`) ? [String(value)] : [])),
  );
  const texts = Object.entries(inputs).filter(([, { type }]) => type === 'string');
  return texts.map(([name]) => name).filter((name) => !checked.includes(`\${{ inputs.${name} }}`));
}

/** The texts under some keys, anywhere in a file. */
function textsOf(node: unknown, keys: readonly string[]): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    keys.includes(key) && typeof value === 'string' ? [value] : textsOf(value, keys),
  );
}

function found(rule: Rule, places: readonly string[], file: string): readonly Finding[] {
  return places.map((place) => ({ rule, where: `${file}: ${place.trim()}` }));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
