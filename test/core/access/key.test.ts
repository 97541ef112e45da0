import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKey, hasSecret, parseKey } from '../../../lambda/core/access/key.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Random bytes that fast-check chooses, and can make simpler: a stream without end. */
const keys = fc
  .infiniteStream(fc.integer({ min: 0, max: 255 }))
  .map((bytes) => createKey((size) => Uint8Array.from(bytes.take(size))));

describe('a key', () => {
  it('is a prefix, an id, a secret and their checksum, in base62', () => {
    fc.assert(
      fc.property(keys, ({ text, id }) => {
        expect(text).toMatch(/^rc_[0-9A-Za-z]{46}$/);
        expect(text.slice(3, 11)).toBe(id);
        const checksum = [...text.slice(43)].reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0);
        expect(checksum).toBe(crc32(text.slice(0, 43)));
      }),
    );
  });

  it('has the secret that it was made with, and no other has', () => {
    fc.assert(
      fc.property(keys, keys, (key, other) => {
        const shown = parseKey(key.text);
        expect(shown).toMatchObject({ id: key.id });
        expect(shown && hasSecret(shown, key.hash)).toBe(true);
        expect(shown && hasSecret(shown, undefined)).toBe(false);
        for (const wrong of ['', 'rubbish', key.hash.slice(1)]) expect(shown && hasSecret(shown, wrong)).toBe(false);
        fc.pre(key.hash !== other.hash);
        expect(shown && hasSecret(shown, other.hash)).toBe(false);
      }),
    );
  });

  it('is none with any one character changed, left out or put in', () => {
    const characters = fc.oneof(fc.constantFrom(...DIGITS), fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }));
    fc.assert(
      fc.property(keys, fc.nat({ max: 48 }), characters, ({ text }, at, character) => {
        const [before, after] = [text.slice(0, at), text.slice(at + 1)];
        fc.pre(character !== text[at]);
        expect(parseKey(`${before}${character}${after}`)).toBeUndefined();
        expect(parseKey(`${before}${after}`)).toBeUndefined();
        expect(parseKey(`${before}${character}${text.slice(at)}`)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('is none with any one character of it changed to any other of base62: every one of them', () => {
    const { text } = createKey();
    for (let at = 0; at < text.length; at++) {
      for (const digit of DIGITS) {
        if (digit !== text[at]) expect(parseKey(text.slice(0, at) + digit + text.slice(at + 1))).toBeUndefined();
      }
    }
  });

  it('is none with space around it, and nothing else is one', () => {
    const { text } = createKey();
    for (const other of [` ${text}`, `${text}\n`, text.toLowerCase(), `${text}, ${text}`, '', 'rc_']) {
      expect(parseKey(other)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (other) => parseKey(other) === undefined));
  });

  it('has digits that are all as likely', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    // Each byte once: 248 of them are digits, four of each.
    let next = 0;
    const random = (size: number) => Uint8Array.from({ length: size }, () => bytes[next++ % 256] ?? 0);
    const digits = Array.from({ length: 31 }, () => createKey(random).text.slice(3, 43)).join('');
    const counts = [...DIGITS].map((digit) => digits.split(digit).length - 1);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(8);
  });
});
