/** An attribute as it travels: `{"S": "text"}`, `{"N": "1"}`. Rollcall stores no other kinds but the map of a key. */
export type WireItem = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The bytes that DynamoDB counts: those of the names and of the values. */
export function sizeOf(item: WireItem): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    bytes += Buffer.byteLength(name);
    // A number takes a byte for two digits, and one more.
    if (value.N !== undefined) bytes += Math.ceil(value.N.length / 2) + 1;
    if (value.S !== undefined) bytes += Buffer.byteLength(value.S);
  }
  return bytes;
}

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
}

/** DynamoDB stores this much more for each item and each entry of an index (developer guide, "Item sizes"). */
export const STORAGE_OVERHEAD = 100;
