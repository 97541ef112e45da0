import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeps, type Deps } from '../../../lambda/api/deps.ts';
import type { Env } from '../../../lambda/api/env.ts';
import type { Page, PageQuery } from '../../../lambda/core/timestamps/record.ts';
import { lowestIdAt, shardOf, timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { backends, openStore } from '../../support/stores.ts';

const SOURCE = 'growing';

/** An instance of the function, as one deployment configures it. */
interface Instance {
  readonly deps: Deps;
  readonly writes: number;
}

describe.each(backends())('shards that grow from 16 to 32 in $name', (backend) => {
  let env: Env;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ env, close } = await openStore(backend));
  });
  afterAll(() => close());

  const instance = (shards: number, readShards?: number): Instance => ({
    deps: createDeps({ ...env, shards, readShards }),
    writes: shards,
  });

  async function record({ deps }: Instance, source = SOURCE): Promise<string> {
    const id = deps.nextId();
    const where = { clientIp: '192.0.2.1', protocol: 'https', requestId: 'r-1' };
    await deps.timestamps.put({ id, timestamp: timestampOf(id), source, ...where });
    return id;
  }

  /** One id in a shard above this one. */
  async function recordAbove(shard: number, writer: Instance, source: string): Promise<string> {
    for (;;) {
      const id = await record(writer, source);
      if (shardOf(id) > shard) return id;
    }
  }

  const idsOf = ({ records }: Page) => records.map(({ id }) => id);
  const newestOf = async ({ deps }: Instance, query: Omit<PageQuery, 'limit'>) =>
    idsOf(await deps.timestamps.list({ ...query, limit: 1000 }));

  it('hide new records from instances that still read 16, if writers grow at once; by id they are found', async () => {
    const [old, grown] = [instance(16), instance(32)];
    const source = 'at-once';
    const id = await recordAbove(15, grown, source);
    expect(await newestOf(old, { source })).not.toContain(id);
    expect(await newestOf(old, {})).not.toContain(id);
    expect((await old.deps.timestamps.get(id))?.id).toBe(id);
    // Nothing is lost: it is listed as soon as the reader has grown.
    expect(await newestOf(instance(16, 32), { source })).toContain(id);
  });

  it('hide nothing from anybody, at any moment of two deployments, if readers grow first', async () => {
    // Each rollout passes through a time in which instances of before and after serve side by side.
    const rollouts = [
      [instance(16)],
      [instance(16), instance(16, 32)],
      [instance(16, 32)],
      [instance(16, 32), instance(32)],
      [instance(32)],
    ];
    const recorded: string[] = [];
    let cursor: string | undefined;
    for (const instances of rollouts) {
      for (let turn = 0; turn < 4; turn++) {
        for (const writer of instances) {
          recorded.push(await (writer.writes === 16 ? record(writer) : recordAbove(15, writer, SOURCE)));
          for (const reader of instances) {
            const found = await newestOf(reader, { source: SOURCE });
            expect(recorded.filter((id) => !found.includes(id))).toEqual([]);
            expect(await newestOf(reader, {})).toEqual(expect.arrayContaining(recorded));
          }
        }
      }
      // A page that a client began before the growth goes on after it.
      cursor ??= (await newestOf(instance(16), { source: SOURCE }))[1];
    }
    const rest = await newestOf(instance(32), { source: SOURCE, before: cursor });
    expect(rest).toEqual(recorded.slice(0, 4).toSorted().toReversed().slice(2));
    await pageThrough(rollouts.flat().slice(2));
  });

  /** Pages on from the cursor of one instance in another one, both ways. */
  async function pageThrough(readers: readonly Instance[]): Promise<void> {
    const all = await newestOf(instance(32), { source: SOURCE });
    const older: string[] = [];
    const newer: string[] = [];
    for (const { deps } of Array.from({ length: 5 }, () => readers).flat()) {
      const next = await deps.timestamps.list({ limit: 4, source: SOURCE, before: older.at(-1) });
      older.push(...idsOf(next));
      const after = newer.at(-1) ?? lowestIdAt(0);
      const previous = await deps.timestamps.list({ limit: 4, source: SOURCE, after });
      newer.push(...idsOf(previous).toReversed());
    }
    expect(older).toEqual(all);
    expect(newer.toReversed()).toEqual(all);
  }

  it('find the shards of a table that began with more than are written to today, and read no others', async () => {
    const source = 'shrinking';
    const [before, smaller] = [instance(16), instance(4)];
    const ids: string[] = [];
    // One in each of the 16.
    for (let turn = 0; turn < 16; turn++) ids.push(await record(before, source));
    ids.push(await record(smaller, source));
    expect(shardOf(ids.at(-1) ?? '')).toBeLessThan(4);
    expect(await newestOf(smaller, { source })).toEqual(ids.toReversed());
    expect(await newestOf(smaller, {})).toEqual(expect.arrayContaining(ids));
  });
});
