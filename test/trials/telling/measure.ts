/** `npm run telling:measure`: how long notices are on their way. */
import { filterLog } from '../../../local/log-level.ts';
import { readArguments } from '../../../local/usage.ts';
import { measureArrivals } from './arrivals.ts';

const OUTAGES = 40;
const MOST_MEDIAN_MS = 2_000;

readArguments(
  `Usage: npm run telling:measure
Has ${OUTAGES} sources fall silent, one after the other, and measures from the write of the outbox to the receiver of a webhook.
Fails if the median is over ${MOST_MEDIAN_MS / 1000} s.`,
  {},
);
// Each notice has a line of its own in the log.
filterLog('ERROR');
process.env.AWS_ACCESS_KEY_ID = 'local';
process.env.AWS_SECRET_ACCESS_KEY = 'local';
const times = await measureArrivals(OUTAGES);
const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
console.log(
  `${times.length} notices, from outbox to receiver: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, longest ${at(1)} ms`,
);
if (at(0.5) > MOST_MEDIAN_MS) process.exitCode = 1;
