import { durationOf } from '../../../core/roll/expectation.ts';
import type { Outage } from '../../../core/roll/state.ts';
import type { RollStore } from '../../../core/roll/store.ts';
import type { TimestampRecord } from '../../../core/timestamps/record.ts';
import type { HttpResponse } from '../../http/response.ts';
import type { SourceView } from '../view.ts';
import { barBegin } from './month-bar.ts';
import { sourcePage } from './source-page.ts';

/** The most outages of a source that its page knows, and of how many it shows the notes, which lie elsewhere. */
const MOST_OUTAGES = 20;
const WITH_NOTES = 3;

interface Shown {
  readonly view: SourceView;
  readonly records: readonly TimestampRecord[];
}

/** The page of a source, with what is read for it alone. */
export async function showSource(
  { view, records }: Shown,
  { roll, origin, now }: { readonly roll: RollStore; readonly origin: string; readonly now: number },
): Promise<HttpResponse> {
  const { source, expectation } = view;
  const [watch, { outages: listed, more }] = await Promise.all([
    roll.getWatch(),
    roll.listOutages({ source, limit: MOST_OUTAGES }),
  ]);
  const withNotes = await Promise.all(listed.slice(0, WITH_NOTES).map(({ id }) => roll.getOutage(id)));
  const outages = listed.map((outage, i): Outage => withNotes[i] ?? { ...outage, notes: [] });
  return sourcePage(view, {
    records,
    outages,
    knownFrom: more ? (outages.at(-1)?.startedAt ?? barBegin(now)) : Number.NEGATIVE_INFINITY,
    watch,
    maxRunMs: durationOf(expectation?.maxRun),
    origin,
    now,
  });
}
