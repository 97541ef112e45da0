/** What of the table `Roll` is about a source, or about somebody: lambda/core/roll/store.ts says what lies where. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { WireItem } from '../../lambda/core/dynamo/items.ts';
import { noteOfItem, outageOfItem, sourceOfItem } from '../../lambda/core/roll/items.ts';
import type { Subject } from './scan-matches.ts';

/** A kind of items, and what ties one to somebody. */
interface RollKind {
  /** The attribute that names its source, or the member of `pk` that names the outage of one: it goes with that. */
  readonly source?: string;
  readonly ofOutage?: boolean;
  /** The attribute that names whoever wrote it: it goes with them. */
  readonly author?: string;
  /** What of it is shown to whom it is about. */
  readonly show: (item: WireItem) => object;
}

/** By the name of the kind: the partition key that items of it have, or what it begins with. */
export const ROLL_KINDS = {
  sources: { pk: 's#', source: 'sk', show: sourceOfItem },
  outages: { pk: 'o#', source: 'source', show: outageOfItem },
  notes: { pk: 'n#', ofOutage: true, author: 'by', show: (item) => ({ outage: outageOf(item), ...noteOfItem(item) }) },
  channels: { pk: 'c', show: ({ sk, kind, updatedBy }) => ({ name: sk?.S, kind: kind?.S, updatedBy: updatedBy?.S }) },
} as const satisfies Readonly<Record<string, RollKind & { readonly pk: string }>>;

export type RollKindName = keyof typeof ROLL_KINDS;

/** The names of people within what is not theirs: as attributes, and within attributes that are JSON. */
const NAMES: readonly string[] = ['acknowledgedBy', 'updatedBy'];
const JSON_ATTRIBUTES: readonly string[] = ['outage', 'lastOutage', 'outbox'];

/** An item that is about the subject. */
export interface RollMatch {
  readonly kind: RollKindName;
  readonly item: WireItem;
  /** Where the item is somebody else's and only names the subject: those attributes without the name. */
  readonly unnamed?: Readonly<Record<string, string | undefined>>;
}

const isKind = (name: string): name is RollKindName => Object.hasOwn(ROLL_KINDS, name);
export const ROLL_KIND_NAMES: readonly RollKindName[] = Object.keys(ROLL_KINDS).filter(isKind);
const KINDS = ROLL_KIND_NAMES.map((name): readonly [RollKindName, RollKind & { readonly pk: string }] => [
  name,
  ROLL_KINDS[name],
]);

function kindOf(item: WireItem) {
  const pk = item.pk?.S ?? '';
  return KINDS.find(([, kind]) => (kind.pk.endsWith('#') ? pk.startsWith(kind.pk) : pk === kind.pk));
}

function outageOf(item: WireItem): string {
  return item.pk?.S?.slice(ROLL_KINDS.notes.pk.length) ?? '';
}

/**
 * All items about a subject. The table is read twice: notes know their outage, and only that knows its source.
 *
 * @param take is given what is found in one answer; the next comes when it is done
 */
export async function scanRoll(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  subject: Subject,
  take: (matches: readonly RollMatch[]) => Promise<void>,
): Promise<void> {
  if (subject.kind === 'address') return;
  const { name } = subject;
  const outages = new Set<string>();
  const scan = () => paginateScan({ client }, { TableName: tableName, ConsistentRead: true });
  for await (const { Items = [] } of scan()) {
    for (const item of Items) {
      if (kindOf(item)?.[0] === 'outages' && item.source?.S === name) outages.add(item.sk?.S ?? '');
    }
  }
  for await (const { Items = [] } of scan()) {
    const matches = Items.flatMap((item): RollMatch[] => {
      const [kind, { source, ofOutage, author }] = kindOf(item) ?? [undefined, {}];
      if (kind === undefined) return [];
      const isOfSource = source !== undefined && item[source]?.S === name;
      const isOfOutage = ofOutage === true && outages.has(outageOf(item));
      const isAuthor = subject.kind === 'person' && author !== undefined && item[author]?.S === name;
      if (isOfSource || isOfOutage || isAuthor) return [{ kind, item }];
      const unnamed = subject.kind === 'person' ? withoutName(item, name) : {};
      return Object.keys(unnamed).length > 0 ? [{ kind, item, unnamed }] : [];
    });
    if (matches.length > 0) await take(matches);
  }
}

/** The attributes of an item that name somebody, without that. */
function withoutName(item: WireItem, name: string): Readonly<Record<string, string | undefined>> {
  const unnamed: Record<string, string | undefined> = {};
  for (const attribute of NAMES) if (item[attribute]?.S === name) unnamed[attribute] = undefined;
  for (const attribute of JSON_ATTRIBUTES) {
    const text = item[attribute]?.S;
    if (text === undefined) continue;
    let isNamed = false;
    const value: unknown = JSON.parse(text, (member, one: unknown) => {
      if (!NAMES.includes(member) || one !== name) return one;
      isNamed = true;
      return undefined;
    });
    if (isNamed) unnamed[attribute] = JSON.stringify(value);
  }
  return unnamed;
}
