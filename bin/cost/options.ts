import { parseArgs } from 'node:util';
import { DEFAULT_STAGE } from '../../lib/config/read-stage.ts';
import { UsageError, usageProblem } from '../../local/usage.ts';
import type { Traffic } from './model.ts';
import type { Told } from './telling.ts';

export const USAGE = `Usage: npm run cost -- [--posts N] [--gets N] [--sources N] [--mails N] [--webhooks N] [--stage NAME]
  --posts N     POST /app in a month, such as 1e6 (0)
  --gets N      GET /app in a month (0)
  --sources N   sources that answer each minute, of which the watch reads; what they post is in --posts (0)
  --mails N     notices of outages by mail in a month (0)
  --webhooks N  the same to webhooks, or to Slack (0)
  --stage NAME  a stage of cdk.json (${DEFAULT_STAGE})`;

/** @throws UsageError that says what is wrong */
export function parseCostOptions(args: readonly string[]): {
  readonly traffic: Traffic;
  readonly told: Told;
  readonly stage: string;
} {
  const { posts, gets, sources, mails, webhooks, stage } = parse(args);
  return {
    traffic: {
      posts: readCount('posts', posts),
      gets: readCount('gets', gets),
      sources: readCount('sources', sources),
    },
    told: { mails: readCount('mails', mails), webhooks: readCount('webhooks', webhooks) },
    stage,
  };
}

function parse(args: readonly string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    const options = {
      posts: text('0'),
      gets: text('0'),
      sources: text('0'),
      mails: text('0'),
      webhooks: text('0'),
      stage: text(DEFAULT_STAGE),
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(usageProblem(error));
  }
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (text.trim() === '' || !Number.isInteger(count) || count < 0 || count > 1e12) {
    throw new UsageError(`--${name} is ${JSON.stringify(text)}; it must be a whole number from 0 to 1e12, such as 1e6`);
  }
  return count;
}
