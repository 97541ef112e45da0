import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_STAGE } from '../../lib/config/read-stage.ts';
import { UsageError, usageProblem } from '../../local/usage.ts';
import { type Options, readCdkOptions } from './cdk-options.ts';

/** The command of cdk behind each verb. */
const COMMANDS = {
  synth: 'synth',
  plan: 'diff',
  deploy: 'deploy',
  'plan:destroy': 'synth',
  destroy: 'destroy',
} as const;

/** The commands for a stage. */
export type Verb = keyof typeof COMMANDS;

/** How `bin/stage/main.ts` is called. */
export const USAGE = `Usage: npm run VERB [-- [-c stage=NAME] [options of cdk]]
  synth         make the templates
  plan          show what a deployment would change
  deploy        deploy, without asking
  plan:destroy  show what destroy would delete, and what it would keep
  destroy       show that, ask, and delete; with --yes it does not ask
With --app FOLDER nothing is synthesised: what was synthesised into that folder is planned, deployed or destroyed.`;

/** The command line, parsed. */
export interface CommandLine {
  readonly verb: Verb;
  readonly stage: string;
  /** The context values that were given, the stage among them. */
  readonly context: Readonly<Record<string, string>>;
  /** The folder of the templates. */
  readonly output: string;
  /** Whether they lie there already, and are to be used as they are. */
  readonly isKept: boolean;
  /** Where a deployment writes the outputs of its stacks. */
  readonly outputsFile: string;
  readonly profile: string | undefined;
  readonly proxy: string | undefined;
  readonly yes: boolean;
  /** The arguments for the synthesis. */
  readonly synthOptions: readonly string[];
  /** The arguments for the command that follows it. */
  readonly options: readonly string[];
}

/** Options that cdk is given in another form. */
const READ_HERE = ['app', 'context', 'output', 'outputs-file'];
/** Of cdk's own option, only the half that names a folder: what is run is in cdk.json. */
const APP: Options = { app: { type: 'string', short: 'a' } };

/** @throws UsageError that says what is wrong: cdk itself would ignore an option that it does not know */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const [verb, ...rest] = args;
  if (!isVerb(verb)) throw new UsageError(verb === undefined ? 'A verb is missing' : `Unknown verb '${verb}'`);
  const { ofAll, ofCommand } = readCdkOptions(COMMANDS[verb]);
  const { values, tokens } = parseOptions(rest, { ...ofAll, ...ofCommand, ...(verb !== 'synth' && APP) });
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const given = tokens.flatMap((token) => {
    if (token.kind !== 'option' || READ_HERE.includes(token.name)) return [];
    const { name, rawName, value } = token;
    return [{ name, option: value === undefined ? rawName : `--${name}=${value}` }];
  });
  const contexts = Array.isArray(values.context) ? values.context.map(String) : [];
  const context = { stage: DEFAULT_STAGE, ...parseContext(contexts) };
  const kept = text('app');
  if (kept !== undefined && text('output') !== undefined) throw new UsageError('--app and --output exclude each other');
  const output = kept ?? text('output') ?? 'cdk.out';
  return {
    verb,
    stage: context.stage,
    context,
    output,
    isKept: kept !== undefined,
    outputsFile: text('outputs-file') ?? join(output, 'outputs.json'),
    profile: text('profile'),
    proxy: text('proxy'),
    yes: values.yes === true,
    synthOptions: given
      .filter(({ name }) => COMMANDS[verb] === 'synth' || Object.hasOwn(ofAll, name))
      .filter(({ name }) => name !== 'profile' && name !== 'ec2creds') // It knows no account.
      .map(({ option }) => option),
    options: given.filter(({ name }) => name !== 'build').map(({ option }) => option),
  };
}

/** No news about cdk itself, and no reports to its makers. */
const SILENT = ['--no-notices', '--no-version-reporting'];

/** The arguments with which cdk synthesises the stage. */
export function synthArguments({ context, output, synthOptions }: CommandLine): string[] {
  const contexts = Object.entries(context).map(([key, value]) => `--context=${key}=${value}`);
  return ['synth', '--quiet', `--output=${output}`, ...SILENT, ...contexts, ...synthOptions];
}

/** The arguments with which cdk then does what was asked for: with what was synthesised and checked, not anew. */
export function cdkArguments({ verb, output, outputsFile, options }: CommandLine): string[] {
  const unless = (given: RegExp, option: string) => (options.some((other) => given.test(other)) ? [] : [option]);
  const ofVerb = {
    synth: [],
    // A comparison of templates only reads. A change set, more exact, would upload the templates and make empty stacks.
    plan: unless(/^--(method=|template=|(no-)?change-?set$)/, '--method=template'),
    // Whoever runs this owns the account, and has `npm run plan` to look first. Questions about the roles of each stack
    // would come with the first deployment, and without a terminal they would end it.
    deploy: ['--all', ...unless(/^--require-approval=/, '--require-approval=never'), `--outputs-file=${outputsFile}`],
    'plan:destroy': [],
    destroy: ['--all', '--force'],
  };
  return [COMMANDS[verb], `--app=${output}`, ...SILENT, ...ofVerb[verb], ...options];
}

function isVerb(verb: string | undefined): verb is Verb {
  return verb !== undefined && Object.hasOwn(COMMANDS, verb);
}

function parseOptions(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowNegative: true, tokens: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(usageProblem(error));
  }
}

/** `KEY=VALUE` each; of a key that comes twice the last value counts, as in cdk. */
function parseContext(contexts: readonly string[]): Record<string, string> {
  const entries = contexts.map((context) => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(context) ?? [];
    if (key === undefined || value === undefined) throw new UsageError(`-c takes KEY=VALUE, not '${context}'`);
    return [key, value] as const;
  });
  return Object.fromEntries(entries);
}
