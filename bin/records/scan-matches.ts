import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { toItem, type WireItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';

export const SUBJECT_KINDS = ['source', 'person', 'address'] as const;

/** What records are about: a source, somebody, or an address. */
export interface Subject {
  readonly kind: (typeof SUBJECT_KINDS)[number];
  /** As it was given. */
  readonly name: string;
  /** In each way in which it may be written. */
  readonly spellings: readonly string[];
}

/**
 * The fields of a record that tie it to a subject. Somebody is who recorded it by a key or an identity of that name, and
 * who is named as its source. No note is searched: it is free text.
 */
const FIELDS = {
  source: ['source'],
  person: ['recordedBy', 'source'],
  address: ['clientIp'],
} as const satisfies Readonly<Record<Subject['kind'], readonly string[]>>;

/** An item that holds a record: the record's own, or that of an idempotency key, which has a copy. */
export interface Match {
  readonly isKey: boolean;
  readonly item: WireItem;
}

/** In how many parts a table is read at once. */
const SEGMENTS = 4;

/**
 * All items of a subject, some at a time: no index knows them, so the whole table is read, strongly consistent.
 *
 * @param take is given what is found in one answer; the next of its part comes when it is done
 */
export async function scanMatches(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  subject: Subject,
  take: (matches: readonly Match[]) => Promise<void>,
): Promise<void> {
  const { partitionKey } = TABLES.timestamps;
  const fields: readonly string[] = FIELDS[subject.kind];
  const names = Object.fromEntries(fields.map((field, index) => [`#f${index}`, field]));
  const values = Object.fromEntries(subject.spellings.map((spelling, index) => [`:v${index}`, spelling]));
  const among = `IN (${Object.keys(values).join(', ')})`;
  const conditions = Object.keys(names).flatMap((name) => [`${name} ${among}`, `#record.${name} ${among}`]);
  const scan = async (Segment: number) => {
    const input = {
      TableName: tableName,
      Segment,
      TotalSegments: SEGMENTS,
      FilterExpression: conditions.join(' OR '),
      ExpressionAttributeNames: { ...names, '#record': 'record' },
      ExpressionAttributeValues: toItem(values),
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateScan({ client }, input)) {
      if (Items.length > 0) {
        await take(Items.map((item) => ({ isKey: item[partitionKey]?.S?.startsWith('k#') === true, item })));
      }
    }
  };
  await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => scan(segment)));
}
