/** The shape of the tables, for the store that uses them and for whatever creates them. All keys are strings. */

export const TIMESTAMPS_SCHEMA = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** When DynamoDB may delete the item, in seconds since the Unix epoch. */
  expiry: 'expiresAt',
  /** Sparse: only records with a source are in it. */
  bySource: { indexName: 'bySource', partitionKey: 'sourceShard', sortKey: 'sk' },
} as const;

/** What the store calls on the table and on its index: what it may do, and no more (test/lib/data holds it to that). */
export const TIMESTAMPS_ACTIONS = {
  table: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  index: ['dynamodb:Query'],
} as const;

export const PEOPLE_SCHEMA = { partitionKey: 'username' } as const;

/** What the store calls on the table of people. */
export const PEOPLE_ACTIONS = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'] as const;
