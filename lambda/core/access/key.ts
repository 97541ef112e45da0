/**
 * Keys: `rc_`, 8 characters that name the key, 32 that are its secret, and 6 that are the CRC32 of all before them; all of
 * base62. Scanners for secrets can hold on to that, and what is mistyped or made up is seen without a look anywhere.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a key consists of, as somebody shows it. */
export interface ShownKey {
  readonly id: string;
  readonly secret: string;
}

/** A new key: what is handed over once, and what is stored. */
export interface NewKey {
  /** The key itself. */
  readonly text: string;
  readonly id: string;
  /** SHA-256 of its secret: 190 random bits need no slow hash. In base64url. */
  readonly hash: string;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 8;
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
/** The largest multiple of 62 that a byte can hold: what is above would favour the first digits. */
const FAIR = 248;
const KEY = /^(rc_([0-9A-Za-z]{8})([0-9A-Za-z]{32}))([0-9A-Za-z]{6})$/;

/** @param random gives so many random bytes */
export function createKey(random: (size: number) => Uint8Array = randomBytes): NewKey {
  const id = randomDigits(ID_LENGTH, random);
  const secret = randomDigits(SECRET_LENGTH, random);
  const body = `rc_${id}${secret}`;
  return { text: body + checksumOf(body), id, hash: digestOf(secret).toString('base64url') };
}

/** The parts of a key; undefined for what is none, by its form or its checksum. */
export function parseKey(text: string): ShownKey | undefined {
  const [, body = '', id = '', secret = '', checksum] = KEY.exec(text) ?? [];
  return checksum === undefined || checksum !== checksumOf(body) ? undefined : { id, secret };
}

/**
 * Whether a key has the secret whose hash is stored. Without a hash, since nothing is known of the key, it takes as long
 * to say no.
 */
export function hasSecret({ secret }: ShownKey, hash: string | undefined): boolean {
  const digest = digestOf(secret);
  const stored = Buffer.from(hash ?? '', 'base64url');
  const isComparable = stored.length === digest.length;
  return timingSafeEqual(digest, isComparable ? stored : Buffer.alloc(digest.length)) && isComparable;
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function randomDigits(count: number, random: (size: number) => Uint8Array): string {
  let digits = '';
  while (digits.length < count) {
    for (const byte of random(count)) if (byte < FAIR && digits.length < count) digits += DIGITS[byte % 62];
  }
  return digits;
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (; digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / 62)) digits = `${DIGITS[rest % 62]}${digits}`;
  return digits;
}

/** As in zip files (ISO 3309). That of `node:zlib` would load zlib, which takes longer than a thousand of these. */
function crc32(text: string): number {
  let crc = -1;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (crc ^ -1) >>> 0;
}
