import { EnvError } from '../../lambda/core/env.ts';
import { ConfigError } from '../../lib/config/read-stage.ts';
import { messageOf } from '../../local/error-message.ts';
import { dropBlankVariables } from '../../local/forget-aws.ts';
import { StartError } from '../../local/start-error.ts';
import { answerHelp, refuse, UsageError } from '../../local/usage.ts';
import { explainAwsFailure } from './aws-failure.ts';
import { StageError } from './stage-error.ts';

/** What went wrong, in words for whoever called; anything else is a mistake of ours. */
const EXPECTED = [StageError, ConfigError, StartError, EnvError];

/**
 * Runs a command: it says how it is called when it is asked, ends with 2 when it is called otherwise, with 1 when it
 * fails, and else with the code that it comes to.
 */
export async function runCommand(usage: string, run: (args: readonly string[]) => Promise<number>): Promise<void> {
  answerHelp(usage);
  dropBlankVariables();
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    if (error instanceof UsageError) refuse(error.message, usage);
    console.error(describeFailure(error));
    process.exitCode = 1;
  }
}

/** A failure in one line, if it is of a kind that is to be expected. */
export function describeFailure(error: unknown, region = process.env.AWS_REGION ?? 'its region'): string {
  const explained = explainAwsFailure(error, 'dynamodb', { region });
  if (EXPECTED.some((kind) => explained instanceof kind)) return messageOf(explained);
  return explained instanceof Error ? (explained.stack ?? explained.message) : String(explained);
}
