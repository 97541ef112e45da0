import { sampleRoll } from '../build/sample-roll.ts';
import { knownOutages } from '../lambda/api/sources/pages/known-outages.ts';
import { rollPage } from '../lambda/api/sources/pages/roll-page.ts';
import { summaryOf } from '../lambda/api/sources/view.ts';
import type { ListPage } from '../lambda/api/timestamps/formats.ts';
import { PAGE_FORMAT } from '../lambda/api/timestamps/list-page.ts';
import { timestampOf } from '../lambda/core/timestamps/timestamp-id.ts';
import { idsUntil } from './ids.ts';

const ITEMS = 100;
const WARM_UP = 20;
const ROUNDS = 200;

/** How long the processor takes to make the page for browsers of 100 records that are there, in milliseconds: the mean. */
export function measureRender(): number {
  const now = Date.now();
  const records = idsUntil(now, ITEMS, 8).map((id) => ({
    id,
    timestamp: timestampOf(id),
    source: 'bench',
    note: 'nightly run finished, <b>48</b> tables',
    clientIp: '203.0.113.7',
    protocol: 'https',
    requestId: '00000000-0000-4000-8000-000000000000',
  }));
  const [older, newer] = ['?before=x', '?after=x'];
  const page: ListPage = {
    records,
    next: 'x',
    older,
    newer,
    filter: {},
    first: false,
    origin: 'http://x',
    now,
    named: false,
  };
  return meanCpu(() =>
    PAGE_FORMAT.answer(
      records.map((record) => PAGE_FORMAT.row(record, page)),
      page,
    ),
  );
}

/** The same of the page of a roll of 100 sources that were read: when each is due, 30 days of each, and the markup. */
export function measureRollRender(): number {
  const now = Date.now();
  const { states, outages, watch } = sampleRoll(ITEMS, now);
  return meanCpu(() => {
    const rows = states.map((state) => summaryOf(state, undefined, now, state.standing));
    const known = knownOutages(states, { outages, knownFrom: undefined }, now);
    return rollPage({ rows, ...known, watch, now, origin: 'http://x', query: {}, next: undefined });
  });
}

/** What the processor takes for some work, in milliseconds. */
function meanCpu(render: () => unknown): number {
  for (let round = 0; round < WARM_UP; round += 1) render();
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) render();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ROUNDS;
}
