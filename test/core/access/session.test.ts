import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../../lambda/core/access/key.ts';
import { isSealedWith, parseSession, type ShownSession, sealSession } from '../../../lambda/core/access/session.ts';

const session: fc.Arbitrary<ShownSession> = fc.record({
  kind: fc.constantFrom('key', 'provider'),
  subject: fc.string({ minLength: 1, maxLength: 80 }),
  expiresAt: fc.nat({ max: 99_999_999_999 }),
});

describe('a session', () => {
  it('says what it was made of, and is known by the secret that it was made with', () => {
    fc.assert(
      fc.property(session, fc.string(), fc.string(), (shown, secret, other) => {
        const text = sealSession(shown, secret);
        expect(parseSession(text)).toEqual(shown);
        expect(isSealedWith(text, secret)).toBe(true);
        expect(isSealedWith(text, other)).toBe(other === secret);
        expect(isSealedWith(text, undefined)).toBe(false);
        // What a cookie may hold (RFC 6265, section 4.1.1).
        expect(text).toMatch(/^[\w.-]+$/);
      }),
    );
  });

  it('is none any more when one character of it has changed', () => {
    const { hash } = createKey();
    const text = sealSession({ kind: 'key', subject: 'a1B2c3D4', expiresAt: 1_800_000_000 }, hash);
    for (let at = 0; at < text.length; at++) {
      for (const other of ['A', 'z', '0', '_', '.']) {
        if (text[at] === other) continue;
        const changed = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
        // The last character of base64 holds two bits that say nothing; they are not to be changed, either.
        expect(isSealedWith(changed, hash), changed).toBe(false);
      }
    }
  });

  it('of one kind is none of the other', () => {
    const text = sealSession({ kind: 'key', subject: 'x', expiresAt: 1 }, 'secret');
    expect(isSealedWith(text.replace('key.', 'provider.'), 'secret')).toBe(false);
  });

  it('is never made of what is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseSession(text)).toBeUndefined();
        expect(isSealedWith(text, 'secret')).toBe(false);
      }),
    );
  });
});
