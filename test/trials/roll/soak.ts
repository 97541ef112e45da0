/**
 * `npm run soak:roll`: a million random histories of a source, judged by the watch's judgement and by a slow and obvious
 * watch. `-- --seed N` goes through one of them and says what happened; `-- --count N` and `-- --first N` through others.
 */
import { readArguments, refuse } from '../../../local/usage.ts';
import { historyOf } from './history.ts';
import { judgeHistories, judgeHistory } from './run.ts';

const PROGRESS_EVERY = 50_000;

const USAGE = `Usage: npm run soak:roll [-- [--count N] [--first N] [--seed N]]
  --count N  how many histories (1000000)
  --first N  the seed of the first (0)
  --seed N   that one only, and say what happens`;

const { values } = readArguments(USAGE, {
  options: {
    seed: { type: 'string' },
    first: { type: 'string', default: '0' },
    count: { type: 'string', default: '1000000' },
  },
});

const one = values.seed !== undefined;
const first = Number(values.seed ?? values.first);
const count = one ? 1 : Number(values.count);
if (!Number.isSafeInteger(first + count) || first < 0 || count < 1) {
  refuse('Seeds are whole numbers from 0 on, and there is at least one of them', USAGE);
}

if (one) {
  const history = historyOf(first);
  console.log(JSON.stringify(history, undefined, 2));
  console.log(JSON.stringify(judgeHistory(history), undefined, 2));
}
const started = performance.now();
const { failed, ...summary } = judgeHistories(first, count, (done) => {
  if (done % PROGRESS_EVERY === 0) console.log(`${done} of ${count} histories, ${seconds()} s`);
});
for (const { seed, violations } of failed.slice(0, 20)) {
  console.log(`seed ${seed}: ${violations[0]}\n  again: npm run soak:roll -- --seed ${seed}`);
}
console.log(JSON.stringify({ ...summary, violated: failed.length, seconds: seconds() }, undefined, 2));
process.exitCode = failed.length === 0 ? 0 : 1;

function seconds(): number {
  return Math.round((performance.now() - started) / 1000);
}
