import type { OutagePage, OutageStore } from '../roll/outage-store.ts';
import { lowestIdAt } from '../timestamps/timestamp-id.ts';
import type { OutageSpan } from './summary.ts';

const PAGE = 500;

/**
 * The outages that began after an instant.
 *
 * @param most it is enough to know that there are more than these. @default - all are wanted
 */
export async function outagesSince(
  roll: Pick<OutageStore, 'listOutages'>,
  instant: number,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly OutageSpan[]> {
  const outages: OutageSpan[] = [];
  let after: string | undefined = lowestIdAt(instant * 1000);
  while (after !== undefined && outages.length <= most) {
    const page: OutagePage = await roll.listOutages({ limit: PAGE, after });
    outages.push(...page.outages);
    after = page.more ? page.first : undefined;
  }
  return outages;
}
