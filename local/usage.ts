import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf } from './error-message.ts';

/** The command line is not one that the command takes. The message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Ends this process with 0 and how the command is called, if `--help` or `-h` asks for that. */
export function answerHelp(usage: string): void {
  const args = process.argv.slice(2);
  // What comes after `--` is no flag.
  const flags = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (!flags.includes('--help') && !flags.includes('-h')) return;
  console.log(usage);
  process.exit(0);
}

/** Ends this process with 2, what is wrong and how the command is called. */
export function refuse(problem: string, usage: string): never {
  console.error(`${problem.replace(/\.?$/, '.')}\n${usage}`);
  process.exit(2);
}

/** What `parseArgs` of `node:util` reads from the command line. Ends this process if help is asked for, or a flag is wrong. */
export function readArguments<T extends ParseArgsConfig>(usage: string, config: T) {
  answerHelp(usage);
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse(usageProblem(error), usage);
  }
}

/** Of what `parseArgs` says, the sentence about the flag; the advice after it is for programmers. */
export function usageProblem(error: unknown): string {
  return messageOf(error).replace(/\.\s.*/s, '');
}
