import { createKeyReader } from '../../lambda/core/access/key-store.ts';
import { createPersonStore } from '../../lambda/core/people/store.ts';
import { jsonText } from '../../lambda/core/text/visible-text.ts';
import { recordOfKey } from '../../lambda/core/timestamps/idempotency-keys.ts';
import { toRecord } from '../../lambda/core/timestamps/store.ts';
import { ROLL_KIND_NAMES, ROLL_KINDS, type RollMatch, scanRoll } from '../records/roll-parts.ts';
import { type Match, scanMatches } from '../records/scan-matches.ts';
import { subjectOf } from '../records/subject.ts';
import { type OpenTables, tableNameOf } from '../shared/open-tables.ts';

/**
 * Writes one JSON object of all that is known of somebody: the birthday, the keys (without what would let anybody in),
 * the records that were recorded by that name or have it as their source, and the idempotency keys that have copies of
 * them, and what of the roll is about that name. The records are in no order: they are written as they are found, however
 * many there are.
 *
 * @returns how many records there are
 */
export async function writeSubject(
  person: string,
  tables: OpenTables,
  write: (text: string) => Promise<void>,
): Promise<number> {
  const { client, names } = tables;
  const birthday = await createPersonStore({ client, tableName: tableNameOf(tables, 'people') }).get(person);
  const keyTable = names.get('keys');
  const allKeys =
    keyTable === undefined ? [] : [...(await createKeyReader({ client, tableName: keyTable })()).keys.values()];
  const keys = allKeys.filter(({ name }) => name === person).map(({ sk: id, hash: _, ...key }) => ({ id, ...key }));
  const timestamps = { client, tableName: tableNameOf(tables, 'timestamps') };
  /** Writes the members of an array: what is made of the items of keys, or of all others. */
  const writeAll = async (areKeys: boolean, textOf: (match: Match) => unknown): Promise<number> => {
    let count = 0;
    await scanMatches(timestamps, subjectOf('person', person), async (matches) => {
      const texts = matches.filter(({ isKey }) => isKey === areKeys).map((match) => jsonText(textOf(match)));
      const isFirst = count === 0;
      count += texts.length;
      if (texts.length > 0) await write(`${isFirst ? '' : ','}\n    ${texts.join(',\n    ')}`);
    });
    await write('\n  ]');
    return count;
  };
  const head = [
    `  "person": ${jsonText(person)}`,
    `  "birthday": ${jsonText(birthday ?? null)}`,
    `  "keys": ${jsonText(keys)}`,
  ];
  await write(`{\n${head.join(',\n')},\n  "records": [`);
  const records = await writeAll(false, ({ item }) => toRecord(item));
  await write(',\n  "idempotencyKeys": [');
  await writeAll(true, ({ item }) => ({ record: recordOfKey(item), expiresAt: Number(item.expiresAt?.N) }));
  const ofRoll = await rollOf(tables, person);
  for (const kind of ROLL_KIND_NAMES) {
    const items = ofRoll.filter((match) => match.kind === kind).map(({ item }) => ROLL_KINDS[kind].show(item));
    await write(`,\n  "${kind}": [${items.map((item) => `\n    ${jsonText(item)}`).join(',')}\n  ]`);
  }
  await write('\n}\n');
  return records;
}

/** What of the roll is about somebody: little, beside the records. */
async function rollOf({ client, names }: OpenTables, person: string): Promise<readonly RollMatch[]> {
  const tableName = names.get('roll');
  const found: RollMatch[] = [];
  if (tableName === undefined) return found;
  await scanRoll({ client, tableName }, subjectOf('person', person), async (matches) => {
    found.push(...matches);
  });
  return found;
}
