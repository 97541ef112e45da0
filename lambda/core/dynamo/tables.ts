/**
 * The registry of tables: what each looks like, how functions find it, and what they may do with it. Whatever makes,
 * grants, watches or reads tables goes through it: the data stack, the policies of roles and of the endpoint, alarms, the
 * dashboard, the stores of one machine, `/ready`. All keys are strings.
 */

/**
 * The functions that use tables. `access` is the part of the api's that asks for keys, and `roll` that which knows who
 * should answer: in stages that want some.
 */
export type TableUser = 'api' | 'access' | 'roll' | 'notify' | 'watch' | 'send';

/** What a function calls of DynamoDB, on a table and on its indexes: what it may do, and no more. */
export interface TableUse {
  readonly table: readonly string[];
  /** @default - no index */
  readonly index?: readonly string[];
  /** The attributes that it may touch, whatever it calls. @default - all */
  readonly attributes?: readonly string[];
  /** The partitions that it may touch, as patterns. @default - all */
  readonly partitions?: readonly string[];
}

export interface TableDefinition {
  /** The logical id in the data stack, and the name on one machine. */
  readonly name: string;
  /** The variable of the environment that names the table. */
  readonly env: string;
  readonly partitionKey: string;
  /** @default - the partition key alone is the key */
  readonly sortKey?: string;
  /** When DynamoDB may delete an item, in seconds since the Unix epoch. @default - items stay */
  readonly expiry?: string;
  /** Whether it has a stream of new images. @default false */
  readonly stream?: boolean;
  /** Of whole items; by name. @default - none */
  readonly indexes?: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey: string }>>;
  /** By function; those that are absent have nothing to do with it. */
  readonly use: Readonly<Partial<Record<TableUser, TableUse>>>;
  /** What users suffer when it refuses or fails, for its alarms. */
  readonly impact: string;
  /** The alarm that is raised when it refuses or fails. @default - it has alarms of its own */
  readonly watchedBy?: string;
}

export const TABLES = {
  /** Records, and the idempotency keys that stand for them. */
  timestamps: {
    name: 'Timestamps',
    env: 'TIMESTAMPS_TABLE',
    partitionKey: 'pk',
    sortKey: 'sk',
    expiry: 'expiresAt',
    // Sparse: only records with a source are in it.
    indexes: { bySource: { partitionKey: 'sourceShard', sortKey: 'sk' } },
    use: {
      api: { table: ['GetItem', 'PutItem', 'Query'], index: ['Query'] },
      watch: { table: ['Query'], index: ['Query'] },
    },
    impact: 'timestamps are recorded or listed late, or not at all (503).',
  },
  people: {
    name: 'People',
    env: 'PEOPLE_TABLE',
    partitionKey: 'username',
    use: { api: { table: ['DeleteItem', 'GetItem', 'PutItem'] } },
    impact: 'people are greeted, remembered or forgotten late, or not at all (503).',
  },
  /** The keys by which callers are known, which the operator writes, and those of the identity provider. */
  keys: {
    name: 'Keys',
    env: 'KEYS_TABLE',
    partitionKey: 'pk',
    sortKey: 'sk',
    use: {
      access: { table: ['Query'] },
      // It parses what strangers answer: nothing that it writes could be taken for a key.
      notify: {
        table: ['UpdateItem'],
        attributes: ['pk', 'sk', 'issuer', 'jwks', 'authorizationEndpoint', 'fetchedAt', 'sessionSecret'],
      },
    },
    impact: 'nobody is let in who needs a key (503).',
  },
  /** Who should answer, what is known of them, and their outages: lambda/core/roll/store.ts says what lies where. */
  roll: {
    name: 'Roll',
    env: 'ROLL_TABLE',
    partitionKey: 'pk',
    sortKey: 'sk',
    expiry: 'expiresAt',
    stream: true,
    // Sources by how they stand, outages by their source.
    indexes: { listed: { partitionKey: 'list', sortKey: 'sk' } },
    use: {
      roll: { table: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'], index: ['Query'] },
      watch: { table: ['GetItem', 'PutItem', 'Query', 'UpdateItem'] },
      // It hears what strangers answer: it reaches channels, notices and the key of secrets, and nothing that the watch knows.
      send: { table: ['GetItem', 'PutItem', 'Query', 'UpdateItem'], partitions: ['c', 'k', 'm#*'] },
    },
    impact: 'silence is noticed late, and what is expected is shown or changed late, or not at all (503).',
    watchedBy: 'watch-late',
  },
} as const satisfies Readonly<Record<string, TableDefinition>>;

export type TableId = keyof typeof TABLES;

/** The tables that a function uses. */
export type TableOf<User extends TableUser> = {
  [Id in TableId]: (typeof TABLES)[Id]['use'] extends Readonly<Record<User, TableUse>> ? Id : never;
}[TableId];

function isTableId(id: string): id is TableId {
  return Object.hasOwn(TABLES, id);
}

/** All tables with their ids, in the order of the registry. */
export const TABLE_ENTRIES: readonly (readonly [TableId, TableDefinition])[] = Object.keys(TABLES)
  .filter(isTableId)
  .map((id) => [id, TABLES[id]]);

/** The tables that some of the users use, with their ids. */
export function tablesUsedBy(users: readonly TableUser[]): typeof TABLE_ENTRIES {
  return TABLE_ENTRIES.filter(([, { use }]) => users.some((user) => use[user] !== undefined));
}

/** Something for each table that a function uses, by the table's id. */
export function forTablesOf<User extends TableUser, T>(
  user: User,
  make: (definition: TableDefinition, id: TableId) => T,
): Readonly<Record<TableOf<User>, T>> {
  const made = new Map(
    TABLE_ENTRIES.filter(([, { use }]) => use[user]).map(([id, definition]) => [id, make(definition, id)]),
  );
  const isComplete = (some: object): some is Record<TableOf<User>, T> => Object.keys(some).length === made.size;
  const all = Object.fromEntries(made);
  if (!isComplete(all)) throw new TypeError('Two tables have one id.');
  return all;
}
