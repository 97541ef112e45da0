/** What reads LevelDB's numbers and strings one after another. A RangeError says that the bytes end too early. */
export class ByteReader {
  readonly #bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.position++);
  }

  /** A number of seven bits a byte, the lowest first; exact up to 2^53. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 56; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('A number is longer than it may be.');
  }

  uint32(): number {
    this.position += 4;
    return this.#bytes.readUInt32LE(this.position - 4);
  }

  uint64(): bigint {
    this.position += 8;
    return this.#bytes.readBigUInt64LE(this.position - 8);
  }

  take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.#bytes.length) throw new RangeError('The bytes end too early.');
    const taken = this.#bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }

  /** A string with its length before it. */
  string(): Buffer {
    return this.take(this.varint());
  }
}
