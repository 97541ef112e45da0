import { createCipheriv, createHash } from 'node:crypto';

/** Random bytes as good as those of node:crypto, but the same for the same seed. */
export function seededBytes(seed: string): (size: number) => Uint8Array {
  const key = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  let block = Buffer.alloc(0);
  let at = 0;
  return (size) => {
    if (at + size > block.length) {
      block = stream.update(Buffer.alloc(65_536));
      at = 0;
    }
    at += size;
    return block.subarray(at - size, at);
  };
}

/** Numbers from 0 to 1, without 0. */
export function seededNumbers(seed: string): () => number {
  const bytes = seededBytes(seed);
  return () => {
    const four = bytes(4);
    return (new DataView(four.buffer, four.byteOffset).getUint32(0) + 1) / 2 ** 32;
  };
}
