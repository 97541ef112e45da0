import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { type CommandLine, cdkArguments, synthArguments } from './command-line.ts';
import type { Bootstrap } from './preflight.ts';
import type { SynthesisedStack } from './resource-fate.ts';
import { StageError } from './stage-error.ts';

interface StackOfStage extends SynthesisedStack {
  /** The stage that it is tagged with. */
  readonly stage: string | undefined;
  readonly file: string;
}

/** The results of a synthesis. */
export interface Assembly {
  /** In the order in which they are deployed. */
  readonly stacks: readonly StackOfStage[];
  readonly bootstrap: Bootstrap;
  /** Where its stacks are deployed. */
  readonly regions: readonly string[];
  /** The regions with a stack that reads outputs of another by `Fn::GetStackOutput`. */
  readonly weakReferencesIn: readonly string[];
}

/**
 * The words of cdk after each synthesis: where it is, which `bin/stage/main.ts` says itself, and advice for older apps.
 */
const CHATTER = /^(Successfully synthesized to|Supply a stack id|\d+ feature flags are not configured).*\n?/gm;

/**
 * Synthesises all stacks of the stage. What cdk says meanwhile is printed for `synth`, to which it belongs (plan and
 * deploy say it again), and when it fails, which ends this process.
 */
export function synthesise(line: CommandLine): Assembly {
  if (line.isKept) return readKept(line);
  const { status, output } = spawnSync(process.execPath, [CDK, ...synthArguments(line)], {
    env: withoutAccount(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (line.verb === 'synth' || status !== 0) process.stderr.write(output.join('').replaceAll(CHATTER, ''));
  if (status !== 0) process.exit(1);
  return readAssembly(line.output);
}

/** Runs the command of cdk that the verb stands for, on what has been synthesised. Ends this process if it fails. */
export function runCdk(line: CommandLine): void {
  const { status } = spawnSync(process.execPath, [CDK, ...cdkArguments(line)], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** The script of cdk's command line. */
export const CDK = fileURLToPath(import.meta.resolve('aws-cdk/bin/cdk'));

/** With credentials, cdk would ask AWS for their account; on a terminal, the registry for a newer version of itself. */
function withoutAccount(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !/^(AWS|CDK_DEFAULT)_/.test(name))),
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_CONFIG_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
  };
}

/** @throws StageError when there is none, or it is of another stage: a mistake that would replace a stage by another */
function readKept({ output, stage }: CommandLine): Assembly {
  const assembly = readAssembly(output);
  const stages = new Set(assembly.stacks.map(({ stage }) => stage ?? 'no stage'));
  if (stages.size === 1 && stages.has(stage)) return assembly;
  throw new StageError(`The stacks in ${output} are of ${[...stages].join(', ')}, not of ${stage}.`);
}

function readAssembly(folder: string): Assembly {
  const { stacks } = openAssembly(folder);
  return {
    stacks: stacks.map(({ stackName: name, tags, terminationProtection = false, template, templateFullPath }) => ({
      name,
      stage: tags.stage,
      terminationProtection,
      resources: template.Resources,
      file: relative('.', templateFullPath),
    })),
    regions: [...new Set(stacks.map(({ environment }) => environment.region))],
    weakReferencesIn: [
      ...new Set(
        stacks
          .filter(({ template }) => JSON.stringify(template).includes('"Fn::GetStackOutput"'))
          .map(({ environment }) => environment.region),
      ),
    ],
    bootstrap: {
      version: Math.max(...stacks.map(({ requiresBootstrapStackVersion }) => requiresBootstrapStackVersion ?? 0)),
      parameter: stacks[0]?.bootstrapStackVersionSsmParameter ?? '/cdk-bootstrap/hnb659fds/version',
    },
  };
}

/** @throws StageError when nothing was synthesised into the folder */
function openAssembly(folder: string): CloudAssembly {
  if (!existsSync(join(folder, 'manifest.json'))) throw new StageError(`No stacks were synthesised into ${folder}.`);
  return new CloudAssembly(folder);
}

/** A region that has stacks of a stage. */
export interface Place {
  readonly region: string;
  /** The beginning of the names of its stacks. */
  readonly prefix: string;
  /** The role of the bootstrap that reads; its account and partition are still placeholders. */
  readonly lookupRole: string;
}

/** @throws StageError when nothing was synthesised into the folder */
export function placesOf(folder: string): readonly Place[] {
  const places = openAssembly(folder).stacks.flatMap(({ environment: { region }, stackName, lookupRole }) =>
    // All but the last part of a stack's name is the same in its stage.
    lookupRole === undefined ? [] : [{ region, prefix: stackName.replace(/[^-]+$/, ''), lookupRole: lookupRole.arn }],
  );
  return [...new Map(places.map((place) => [place.region, place])).values()];
}
