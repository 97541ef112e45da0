/** A process that holds one handler and measures the jobs that its parent sends; its argument is the bundle. */

import { pathToFileURL } from 'node:url';
import { createContext } from './lambda-context.js';
import type { Job, Sample } from './workers.ts';

type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number; body: string }>;

const [, , bundle = ''] = process.argv;
const { handler }: { handler: Handler } = await import(pathToFileURL(bundle).href);

async function measure({ payload, requests, inFlight, status, items }: Job): Promise<Sample> {
  const latenciesMs: number[] = [];
  let begun = 0;
  let last = '';
  const work = async () => {
    while (begun < requests) {
      begun += 1;
      const event: unknown = JSON.parse(payload);
      const start = performance.now();
      const { statusCode, body } = await handler(event, createContext());
      latenciesMs.push(performance.now() - start);
      if (statusCode !== status) throw new Error(`${bundle} answered ${statusCode}: ${body}`);
      last = body;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, work));
  const elapsedMs = performance.now() - start;
  if (items !== undefined) checkItems(last, items);
  return { elapsedMs, latenciesMs };
}

function checkItems(body: string, expected: number): void {
  const { items } = JSON.parse(body);
  if (items.length !== expected) throw new Error(`${bundle} answered ${items.length} items, not ${expected}`);
}

process.on('disconnect', () => process.exit());
process.on('message', async (job: Job) => process.send?.(await measure(job)));
process.send?.('ready');
