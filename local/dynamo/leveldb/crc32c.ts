/** The eight tables of the method "slicing by 8": LevelDB's checksums are read of all files at each start. */
const TABLES = Array.from({ length: 8 }, () => new Int32Array(256));
TABLES.forEach((table, at) => {
  const [first, before] = [TABLES[0], TABLES[at - 1]];
  for (let byte = 0; byte < 256; byte++) {
    let crc = before?.[byte] ?? byte;
    if (before) crc = (first?.[crc & 0xff] ?? 0) ^ (crc >>> 8);
    else for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    table[byte] = crc;
  }
});
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES;

/**
 * The CRC-32C of bytes, masked as LevelDB stores it (its `util/crc32c.h`): a checksum of what holds checksums is a weak one.
 *
 * @returns an unsigned number of 32 bits
 */
export function maskedCrc32c(bytes: Buffer): number {
  if (!T0 || !T1 || !T2 || !T3 || !T4 || !T5 || !T6 || !T7) throw new TypeError('A table is missing.');
  let crc = ~0;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = crc ^ bytes.readInt32LE(at);
    const high = bytes.readInt32LE(at + 4);
    crc =
      (T7[low & 0xff] ?? 0) ^
      (T6[(low >>> 8) & 0xff] ?? 0) ^
      (T5[(low >>> 16) & 0xff] ?? 0) ^
      (T4[low >>> 24] ?? 0) ^
      (T3[high & 0xff] ?? 0) ^
      (T2[(high >>> 8) & 0xff] ?? 0) ^
      (T1[(high >>> 16) & 0xff] ?? 0) ^
      (T0[high >>> 24] ?? 0);
  }
  for (; at < bytes.length; at++) crc = (T0[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  const plain = ~crc;
  return (((plain >>> 15) | (plain << 17)) + 0xa282ead8) >>> 0;
}
