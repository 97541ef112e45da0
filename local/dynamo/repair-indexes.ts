import type { ClassicLevel } from 'classic-level';
import { createIndexKey, createKey } from 'dynalite/db/index.js';
import * as v from 'valibot';

const Table = v.object({
  TableName: v.string(),
  KeySchema: v.array(v.object({ AttributeName: v.string() })),
  AttributeDefinitions: v.array(v.object({ AttributeName: v.string(), AttributeType: v.string() })),
  GlobalSecondaryIndexes: v.optional(
    v.array(
      v.object({
        IndexName: v.string(),
        KeySchema: v.array(v.object({ AttributeName: v.string() })),
        Projection: v.object({ ProjectionType: v.literal('ALL') }),
      }),
      'indexes of whole items',
    ),
    [],
  ),
});
const Item = v.record(v.string(), v.unknown());

const BATCH = 1000;

/**
 * Finishes the writes that the end of the process cut in two: dynalite writes its index before the item, so a record
 * could stay in a list by source though there is no such record. The index has the whole item; it is put in its place.
 *
 * @param db the closed files of dynalite 4, opened with JSON values; their layout is `table~`, `item-` and `index-global~`
 * @returns how many writes it finished
 */
export async function repairIndexes(db: ClassicLevel<string, unknown>): Promise<number> {
  let finished = 0;
  for await (const value of db.values(under('table~'))) {
    const table = v.parse(Table, value);
    for (const { IndexName } of table.GlobalSecondaryIndexes) {
      const entries = db.values(under(`index-global~${table.TableName}~${IndexName}~`));
      for (let batch = await entries.nextv(BATCH); batch.length > 0; batch = await entries.nextv(BATCH)) {
        const items = batch.map((entry) => v.parse(Item, entry));
        const keys = items.map((item) => `item-${table.TableName}~${createKey(item, table)}`);
        const there = await db.hasMany(keys);
        const missing = keys.flatMap((key, at) => (there[at] ? [] : [{ type: 'put' as const, key, value: items[at] }]));
        await db.batch(missing);
        finished += missing.length;
      }
      await entries.close();
    }
  }
  return finished;
}

/**
 * Puts every item into each index that it belongs to: where an index has lost it, a list by source would lack it.
 *
 * @param db as above
 */
export async function rebuildIndexes(db: ClassicLevel<string, unknown>): Promise<void> {
  for await (const value of db.values(under('table~'))) {
    const table = v.parse(Table, value);
    const items = db.values(under(`item-${table.TableName}~`));
    for (let batch = await items.nextv(BATCH); batch.length > 0; batch = await items.nextv(BATCH)) {
      const puts = batch.flatMap((entry) => {
        const item = v.parse(Item, entry);
        return table.GlobalSecondaryIndexes.filter(({ KeySchema }) =>
          KeySchema.every(({ AttributeName }) => AttributeName in item),
        ).map(({ IndexName, KeySchema }) => {
          const key = `index-global~${table.TableName}~${IndexName}~${createIndexKey(item, table, KeySchema)}`;
          return { type: 'put' as const, key, value: item };
        });
      });
      await db.batch(puts);
    }
    await items.close();
  }
}

function under(prefix: string) {
  return { gte: prefix, lt: `${prefix}\xFF` };
}
