import { randomUUID } from 'node:crypto';
import { createDeps } from '../../lambda/api/deps.ts';
import type { Env } from '../../lambda/api/env.ts';
import { timestampOf } from '../../lambda/core/timestamps/timestamp-id.ts';

/**
 * So many that no shard ends within a page: a page costs the same then in a table of 100,000 records, or of a billion. The
 * older half is as large as records can be; the dearest page is one of them.
 */
const RECORDS = 4000;
const LARGEST = { note: 'x'.repeat(1024), source: 's'.repeat(64), clientIp: '2001:db8:1111:2222:3333:4444:5555:6666' };
/** How many are written at a time. */
const WRITERS = 16;

/** Fills the table of timestamps. @returns the id of the oldest of the short records */
export async function fillTable(env: Env): Promise<string> {
  const { timestamps, nextId } = createDeps(env);
  const ids = Array.from({ length: RECORDS }, nextId);
  const firstShort = ids[RECORDS / 2] ?? '';
  const left = ids.values();
  const write = async () => {
    for (const id of left) {
      const record = {
        id,
        timestamp: timestampOf(id),
        clientIp: '203.0.113.7',
        protocol: 'https',
        requestId: randomUUID(),
      };
      await timestamps.put(id < firstShort ? { ...record, ...LARGEST } : record);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return firstShort;
}
