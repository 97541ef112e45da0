import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyRing, KEPT_MS, UNKNOWN_MS } from '../../../lambda/core/access/key-ring.ts';
import type { StoredKey } from '../../../lambda/core/access/key-store.ts';
import { hasKeyId, type StoredProvider } from '../../../lambda/core/access/provider-item.ts';

const keyOf = (sk: string): StoredKey => ({ sk, hash: '', name: sk, scopes: [], createdAt: 0 });

/** A store with keys, a clock, and instances that read it. */
function createWorld(instances = 1) {
  const stored = new Map<string, StoredKey>();
  const reads: number[] = [];
  const world: { now: number; provider?: StoredProvider } = { now: 1_000_000 };
  const read = async () => {
    reads.push(world.now);
    return { keys: new Map(stored), ...(world.provider && { provider: world.provider }) };
  };
  const rings = Array.from({ length: instances }, () => createKeyRing({ read, now: () => world.now }));
  const [ring] = rings;
  if (ring === undefined) throw new Error('no instance');
  return { world, stored, reads, rings, ring };
}

describe('the keys that an instance knows', () => {
  it('are read when the first is asked for, and again when they are 30 s old: twice a minute', async () => {
    const { world, stored, reads, ring } = createWorld();
    stored.set('a', keyOf('a'));
    for (let second = 0; second < 600; second++) {
      expect(await ring.find('a')).toEqual(keyOf('a'));
      world.now += 1000;
    }
    expect(reads).toHaveLength(20);
  });

  it('are read for a key that is not known, as it may be new, but every two seconds at most', async () => {
    const { world, stored, reads, ring } = createWorld();
    await ring.find('a');
    stored.set('a', keyOf('a'));
    expect(await ring.find('a')).toBeUndefined();
    world.now += UNKNOWN_MS;
    expect(await ring.find('a')).toEqual(keyOf('a'));
    for (let guess = 0; guess < 1000; guess++) expect(await ring.find(`guess${guess}`)).toBeUndefined();
    expect(reads).toHaveLength(2);
  });

  it('are read once for all who ask meanwhile', async () => {
    const { stored, reads, ring } = createWorld();
    stored.set('a', keyOf('a'));
    const found = await Promise.all(Array.from({ length: 50 }, () => ring.find('a')));
    expect([new Set(found).size, reads.length]).toEqual([1, 1]);
  });

  it('are not believed for longer while the store is away, and are read again once it is back', async () => {
    const world = { now: 0, isAway: false };
    const read = async () => {
      if (world.isAway) throw new Error('away');
      return { keys: new Map([['a', keyOf('a')]]) };
    };
    const ring = createKeyRing({ read, now: () => world.now });
    await ring.find('a');
    Object.assign(world, { now: KEPT_MS - 1, isAway: true });
    expect(await ring.find('a')).toEqual(keyOf('a'));
    world.now = KEPT_MS;
    await expect(ring.find('a')).rejects.toThrow('away');
    world.isAway = false;
    expect(await ring.find('a')).toEqual(keyOf('a'));
  });

  it('are read anew when the clock was put back', async () => {
    const { world, reads, ring } = createWorld();
    await ring.find('a');
    world.now -= 3_600_000;
    await ring.find('a');
    expect(reads).toHaveLength(2);
  });

  it('no longer have a key that was revoked 30 s ago, in any instance, whatever else they are asked', async () => {
    const steps = fc.array(
      fc.record({
        instance: fc.nat({ max: 2 }),
        after: fc.oneof(fc.nat({ max: 3000 }), fc.nat({ max: 40_000 })),
        act: fc.constantFrom('find', 'guess', 'revoke', 'find all at once'),
      }),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { world, stored, reads, rings } = createWorld(3);
        stored.set('a', keyOf('a'));
        let revokedAt = Number.POSITIVE_INFINITY;
        for (const { instance, after, act } of all) {
          world.now += after;
          if (act === 'revoke') {
            stored.set('a', { ...keyOf('a'), revokedAt: 1 });
            revokedAt = Math.min(revokedAt, world.now);
          }
          const asked = act === 'find all at once' ? rings : rings.slice(instance, instance + 1);
          const found = await Promise.all(asked.map((ring) => ring.find(act === 'guess' ? 'guess' : 'a')));
          if (act !== 'guess' && world.now >= revokedAt + KEPT_MS) {
            for (const key of found) expect(key?.revokedAt).toBe(1);
          }
        }
        // Each instance, whatever it is asked.
        const elapsed = world.now - 1_000_000;
        expect(reads.length).toBeLessThanOrEqual(3 * (1 + elapsed / UNKNOWN_MS));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the keys of the identity provider that an instance knows', () => {
  const providerOf = (...kids: string[]): StoredProvider => ({
    sk: 'oidc',
    issuer: 'https://login.example.com',
    jwks: JSON.stringify({ keys: kids.map((kid) => ({ kty: 'RSA', kid })) }),
    fetchedAt: 0,
    sessionSecret: '',
  });

  it('are read with all others: twice a minute', async () => {
    const { world, reads, ring } = createWorld();
    world.provider = providerOf('a');
    for (let second = 0; second < 600; second++) {
      expect(await ring.provider((provider) => hasKeyId(provider, 'a'))).toEqual(world.provider);
      await ring.find('x');
      world.now += 1000;
    }
    // Somebody asks for a key that there is not, each second.
    expect(reads).toHaveLength(300);
    reads.length = 0;
    for (let second = 0; second < 600; second++) {
      await ring.provider((provider) => hasKeyId(provider, 'a'));
      world.now += 1000;
    }
    expect(reads.length).toBeLessThanOrEqual(21);
  });

  it('are read for one that is not known, as it may have been fetched meanwhile, but every two seconds at most', async () => {
    const { world, reads, ring } = createWorld();
    world.provider = providerOf('a');
    const ask = (kid: string) => ring.provider((provider) => hasKeyId(provider, kid));
    await ask('a');
    world.provider = providerOf('a', 'b');
    expect(await ask('b')).toEqual(providerOf('a'));
    world.now += UNKNOWN_MS;
    expect(await ask('b')).toEqual(providerOf('a', 'b'));
    for (let guess = 0; guess < 1000; guess++) await ask(`guess${guess}`);
    expect(reads).toHaveLength(2);
  });
});
