/** `npm run synth`, `plan`, `deploy`, `plan:destroy` and `destroy`: what can be done with a stage, from a laptop. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { ConfigError, readStage } from '../../lib/config/read-stage.ts';
import { messageOf } from '../../local/error-message.ts';
import { dropBlankVariables } from '../../local/forget-aws.ts';
import { answerHelp, refuse, UsageError } from '../../local/usage.ts';
import { type Assembly, runCdk, synthesise } from '../shared/cdk.ts';
import { type CommandLine, parseCommandLine, USAGE } from '../shared/command-line.ts';
import { describeUrl } from '../shared/outputs.ts';
import { checkBootstrap, checkWeakReferences, findAccount } from '../shared/preflight.ts';
import { StageError } from '../shared/stage-error.ts';
import { describeDestroy, describeProtection } from './destroy-plan.ts';

async function run(line: CommandLine): Promise<void> {
  const region = readRegion(line); // First of all: cdk would add words of its own to what is wrong with cdk.json.
  const { verb, stage } = line;
  if (verb === 'synth') {
    const files = synthesise(line).stacks.map(({ file }) => `\n  ${file}`);
    console.log(`Stage ${stage} is synthesised:${files.join('')}`);
  } else if (verb === 'plan') {
    await prepare(line, region);
    runCdk(line);
  } else if (verb === 'deploy') {
    await prepare(line, region);
    deploy(line);
  } else if (verb === 'plan:destroy') {
    console.log(describeDestroy(stage, synthesise(line).stacks));
  } else {
    await destroy(line, region);
  }
}

/** Makes sure of all that can be made sure of before anything is touched. */
async function prepare(line: CommandLine, region: string): Promise<Assembly> {
  const connection = { profile: line.profile, proxy: line.proxy };
  const account = await findAccount({ ...connection, region });
  const assembly = synthesise(line);
  await checkBootstrap(connection, account, assembly.regions, assembly.bootstrap);
  // What is destroyed refers to nothing any more.
  if (line.verb !== 'destroy') await checkWeakReferences(connection, account, assembly.weakReferencesIn);
  const { length } = assembly.regions;
  console.log(
    `Stage ${line.stage} in account ${account}, region${length === 1 ? '' : 's'} ${assembly.regions.join(', ')}\n`,
  );
  return assembly;
}

function deploy(line: CommandLine): void {
  const { outputsFile } = line;
  rmSync(outputsFile, { force: true }); // What an earlier deployment has written says nothing about this one.
  runCdk(line);
  // There are none when a change was only prepared.
  if (existsSync(outputsFile)) console.log(describeUrl(readJson(outputsFile)));
}

async function destroy(line: CommandLine, region: string): Promise<void> {
  const { stage, yes } = line;
  if (!yes && !process.stdin.isTTY) {
    throw new StageError(
      'Without a terminal there is nobody to ask: say --yes to destroy the stage without a question.',
    );
  }
  const { stacks } = await prepare(line, region);
  const protection = describeProtection(stage, stacks);
  if (protection !== undefined) throw new StageError(protection);
  console.log(`${describeDestroy(stage, stacks)}\n`);
  if (!yes && (await ask(`Type ${stage} to destroy it: `)) !== stage) throw new StageError('Nothing was destroyed.');
  runCdk(line);
}

/** The line that is typed; nothing after Ctrl-C or Ctrl-D. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } catch {
    console.log();
    return '';
  } finally {
    terminal.close();
  }
}

/** The region of the stage, in a cdk.json with nothing wrong in it. */
function readRegion({ stage, context }: CommandLine): string {
  const { stages } = { ...readJson('cdk.json').context, ...context };
  return readStage(stages, stage).region;
}

function readJson(file: string) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new StageError(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

answerHelp(USAGE);
dropBlankVariables();
try {
  await run(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) refuse(error.message, USAGE);
  if (!(error instanceof StageError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
