/**
 * `npm run soak`: 10,000 schedules of faults between the function and its store. `-- --seed N` runs one of them and says
 * what happened; `-- --count N` and `-- --first N` run fewer, or others.
 */
import { forgetAws } from '../../../local/forget-aws.ts';
import { readArguments, refuse } from '../../../local/usage.ts';
import { runSchedules } from './run.ts';
import type { Outcome } from './schedule.ts';

const PROGRESS_EVERY = 500;

const USAGE = `Usage: npm run soak [-- [--count N] [--first N] [--seed N]]
  --count N  how many schedules of faults to run (10000)
  --first N  the seed of the first (0)
  --seed N   run that one only, and say what happens`;

const { values } = readArguments(USAGE, {
  options: {
    seed: { type: 'string' },
    first: { type: 'string', default: '0' },
    count: { type: 'string', default: '10000' },
  },
});

forgetAws();
const one = values.seed !== undefined;
const first = Number(values.seed ?? values.first);
const count = one ? 1 : Number(values.count);
if (!Number.isSafeInteger(first + count) || first < 0 || count < 1) {
  refuse('Seeds are whole numbers from 0 on, and at least one of them is run', USAGE);
}

let done = 0;
const started = performance.now();
const summary = await runSchedules({
  first,
  count,
  onOutcome: (outcome) => {
    done++;
    if (one) console.log(outcome.trace.join('\n'));
    if (outcome.violations.length > 0) console.log(describe(outcome));
    if (done % PROGRESS_EVERY === 0) console.log(`${done} of ${count} schedules, ${seconds()} s`);
    return true;
  },
});

const { failed, faults, ...counts } = summary;
console.log(JSON.stringify({ ...counts, faults, violated: failed.length, seconds: seconds() }, undefined, 2));
process.exitCode = failed.length === 0 ? 0 : 1;

function describe({ seed, violations }: Outcome): string {
  return `seed ${seed}: ${violations.join('; ')}\n  again: npm run soak -- --seed ${seed}`;
}

function seconds(): number {
  return Math.round((performance.now() - started) / 1000);
}
