import { ByteReader } from './byte-reader.ts';

/** No block of a table is larger: LevelDB cuts them at some 4 KB, and an item has at most 400 KB. */
const MOST_BYTES = 2 ** 24;

/**
 * Decompresses what Snappy compressed (google/snappy, `format_description.txt`).
 *
 * @param from where it begins; what follows its end is left alone
 * @throws RangeError when it is no such thing
 */
export function decompressSnappy(bytes: Buffer, from = 0): { readonly data: Buffer; readonly end: number } {
  const reader = new ByteReader(bytes, from);
  const length = reader.varint();
  if (length > MOST_BYTES) throw new RangeError('The data would be larger than any that is kept.');
  const data = Buffer.alloc(length);
  let at = 0;
  const copy = (count: number, offset: number) => {
    if (offset === 0 || offset > at || at + count > length) throw new RangeError('A copy reaches out of the data.');
    for (const end = at + count; at < end; at++) data[at] = data[at - offset] ?? 0;
  };
  while (at < length) {
    const tag = reader.byte();
    const high = tag >>> 2;
    switch (tag & 3) {
      case 0: {
        const count = high < 60 ? high + 1 : littleEndian(reader, high - 59) + 1;
        if (at + count > length) throw new RangeError('A literal reaches out of the data.');
        at += reader.take(count).copy(data, at);
        break;
      }
      case 1:
        copy((high & 7) + 4, ((tag >>> 5) << 8) | reader.byte());
        break;
      default:
        copy(high + 1, littleEndian(reader, (tag & 3) === 2 ? 2 : 4));
    }
  }
  return { data, end: reader.position };
}

function littleEndian(reader: ByteReader, bytes: number): number {
  return reader.take(bytes).readUIntLE(0, bytes);
}
