import type { Gate } from '../../lambda/api/access/gate.ts';
import { createKey } from '../../lambda/core/access/key.ts';
import type { StoredKey } from '../../lambda/core/access/key-store.ts';
import { SCOPES } from '../../lambda/core/access/principal.ts';

/** A gate with keys of its own, which a test makes and changes. */
export interface TestGate extends Gate {
  readonly keys: Map<string, StoredKey>;
  /** The ids that were looked for. */
  readonly looked: string[];
  /** Makes a key, and gives its text. */
  readonly add: (key?: Partial<StoredKey>) => string;
}

export function createTestGate(now: () => number = Date.now): TestGate {
  const keys = new Map<string, StoredKey>();
  const looked: string[] = [];
  return {
    now,
    keys,
    looked,
    keyRing: {
      find: async (id) => {
        looked.push(id);
        return keys.get(id);
      },
      provider: async () => undefined,
    },
    add: (key = {}) => {
      const { text, id, hash } = createKey();
      keys.set(id, { sk: id, hash, name: 'tester', scopes: [...SCOPES], createdAt: 0, ...key });
      return text;
    },
  };
}

/** The header that shows a key. */
export function bearer(key: string): { readonly authorization: string } {
  return { authorization: `Bearer ${key}` };
}
