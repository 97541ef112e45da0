import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as it travels (DynamoDB API reference, AttributeValue). */
export type WireItem = Readonly<Record<string, AttributeValue>>;

/** What our items are made of; what is undefined is left out. */
export interface Fields {
  readonly [name: string]: string | number | Fields | undefined;
}

/** The item of some fields. The SDK's own converter knows ten types more, which are 8 KB of the bundle. */
export function toItem(fields: Fields): Record<string, AttributeValue> {
  const item: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) item[name] = attributeOf(value);
  }
  return item;
}

function attributeOf(value: string | number | Fields): AttributeValue {
  if (typeof value === 'string') return { S: value };
  return typeof value === 'number' ? { N: String(value) } : { M: toItem(value) };
}

/** The fields of an item; attributes of other types, which nobody here writes, are undefined. */
export function fromItem(item: WireItem): Fields {
  const fields: Record<string, string | number | Fields | undefined> = {};
  for (const [name, { S, N, M }] of Object.entries(item)) fields[name] = S ?? (M ? fromItem(M) : N && Number(N));
  return fields;
}
