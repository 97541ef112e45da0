import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Variables } from './children.ts';
import { postEvent } from './events.ts';
import { median } from './statistics.ts';

const SCRIPT = fileURLToPath(new URL('first-request.js', import.meta.url));
/** How many processes of each bundle are measured. */
export const ROUNDS = 25;
/** These are not counted: they fill the system's cache of files and warm up the DynamoDB. */
const WARM_UP_ROUNDS = 3;

/**
 * The median time in which a fresh process loads each bundle and answers its first `POST /app`, in milliseconds. One
 * process of each bundle a round, each round beginning with another, so that drift hits all alike.
 */
export async function measureFirstRequests(
  bundles: readonly string[],
  env: Variables,
  payload = postEvent(),
): Promise<number[]> {
  const times: number[][] = bundles.map(() => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < bundles.length; turn += 1) {
      const index = (turn + round + WARM_UP_ROUNDS) % bundles.length;
      const ms = await firstRequest(bundles[index] ?? '', payload, env);
      if (round >= 0) times[index]?.push(ms);
    }
  }
  return times.map(median);
}

async function firstRequest(bundle: string, payload: string, env: Variables): Promise<number> {
  const stdio = ['ignore', 'ignore', 'inherit', 'pipe'] as const;
  const child = spawn(process.execPath, [SCRIPT, bundle, payload], { env, stdio: [...stdio] });
  const [ms, [code]] = await Promise.all([text(child.stdio[3] as NodeJS.ReadableStream), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the first request to ${bundle} failed: see above`);
  return Number(ms);
}
