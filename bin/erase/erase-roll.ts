import { toItem, type WireItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { keyOf } from '../records/item-key.ts';
import { ROLL_KIND_NAMES, type RollKindName, type RollMatch, scanRoll } from '../records/roll-parts.ts';
import type { Subject } from '../records/scan-matches.ts';
import { writeAll } from '../records/write-batch.ts';
import { forgetInWatch } from './forget-in-watch.ts';
import { type RollTable, updateIf } from './roll-table.ts';

/** How many of each kind there are, and in how many others the subject is named; those that are absent are none. */
export type RollFound = ReadonlyMap<RollKindName | 'mentions', number>;

const kindOf = ({ kind, unnamed }: RollMatch) => (unnamed ? 'mentions' : kind);

/** The sum of what was found and of some more. */
export function addFound(found: RollFound, kinds: Iterable<readonly [RollKindName | 'mentions', number]>): RollFound {
  const sum = new Map(found);
  for (const [kind, count] of kinds) sum.set(kind, (sum.get(kind) ?? 0) + count);
  return sum;
}

/** For people. */
export function describeRoll(found: RollFound): string {
  const kinds = ROLL_KIND_NAMES.filter((kind) => kind !== 'channels').map((kind) => `${found.get(kind) ?? 0} ${kind}`);
  return `${kinds.join(', ')}, ${found.get('mentions') ?? 0} others that name it`;
}

export async function countRoll(table: RollTable, subject: Subject): Promise<RollFound> {
  let found: RollFound = new Map();
  await scanRoll(table, subject, async (matches) => {
    found = addFound(
      found,
      matches.map((match) => [kindOf(match), 1]),
    );
  });
  return found;
}

/**
 * Erases all that there is of a subject in the roll, once: what it finds, and what the watch remembers. The records must
 * have gone before, or the watch lets the source enter again. Outages go last: their notes are found by them.
 */
export async function eraseRoll(table: RollTable, subject: Subject): Promise<RollFound> {
  const { client, tableName } = table;
  let found: RollFound = new Map();
  const outages: WireItem[] = [];
  const remove = (items: readonly WireItem[]) =>
    writeAll(
      client,
      tableName,
      items.map((item) => ({ DeleteRequest: { Key: keyOf(TABLES.roll, item) } })),
    );
  await scanRoll(table, subject, async (matches) => {
    const whole: WireItem[] = [];
    found = addFound(
      found,
      matches.map((match) => [kindOf(match), 1]),
    );
    for (const match of matches) {
      if (match.unnamed) await takeNameOut(table, match.item, match.unnamed);
      else (match.kind === 'outages' ? outages : whole).push(match.item);
    }
    await remove(whole);
  });
  await remove(outages);
  if (subject.kind !== 'address') await forgetInWatch(table, subject.name);
  return found;
}

/**
 * Changes attributes of an item, unless they have changed meanwhile: then the next look finds them. What has a version has
 * the next one afterwards, so that nobody stores what was decided on this one.
 */
async function takeNameOut(table: RollTable, item: WireItem, unnamed: NonNullable<RollMatch['unnamed']>) {
  const version = item.version?.N;
  const changes: Readonly<Record<string, string | number | undefined>> = {
    ...unnamed,
    ...(version !== undefined && { version: Number(version) + 1 }),
  };
  const names = Object.keys(changes);
  const isKept = (name: string) => changes[name] !== undefined;
  const set = names.filter(isKept).map((name) => `#${name} = :${name}`);
  const gone = names.filter((name) => !isKept(name)).map((name) => `#${name}`);
  const update = [...(set.length > 0 ? [`SET ${set}`] : []), ...(gone.length > 0 ? [`REMOVE ${gone}`] : [])];
  const before = Object.fromEntries(
    names.flatMap((name) => (item[name] ? [[`:was_${name}`, item[name]] as const] : [])),
  );
  await updateIf(table, {
    Key: keyOf(TABLES.roll, item),
    UpdateExpression: update.join(' '),
    ConditionExpression: names.map((name) => `#${name} = :was_${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...toItem(Object.fromEntries(names.map((name) => [`:${name}`, changes[name]]))),
      ...before,
    },
  });
}
