import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealingKeys, open, publicKeyOf, seal } from '../../../lambda/core/telling/sealed.ts';

const keys = createSealingKeys();

describe('a sealed secret', () => {
  it('is opened by the private key, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (secret) => {
        expect(open(seal(secret, keys.publicKey, 'channel/ops/url'), keys.privateKey, 'channel/ops/url')).toBe(secret);
      }),
      { numRuns: 30 },
    );
  });

  it('is another text each time, which does not show it', () => {
    const secret = 'https://hooks.example.com/T0/B0/very-secret';
    const [one, two] = [1, 2].map(() => seal(secret, keys.publicKey, 'p'));
    expect(one).not.toBe(two);
    expect(Buffer.from(one?.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('secret');
  });

  it('is not opened by another key, for another purpose, or when a bit of it has changed', () => {
    const sealed = seal('secret', keys.publicKey, 'channel/ops/url');
    expect(() => open(sealed, createSealingKeys().privateKey, 'channel/ops/url')).toThrow();
    expect(() => open(sealed, keys.privateKey, 'channel/other/url')).toThrow();
    const [version, sender, body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const text = [version, sender, changed.toString('base64url')].join('.');
      expect(() => open(text, keys.privateKey, 'channel/ops/url')).toThrow();
    }
    expect(() => open('v2.a.b', keys.privateKey, 'channel/ops/url')).toThrow('another version');
  });

  it('has a public key that follows from the private one', () => {
    expect(publicKeyOf(keys.privateKey)).toBe(keys.publicKey);
  });
});
