/** Whether the requirements notice what is broken. */
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesise, type Templates } from '../support/synth.ts';
import type { Mutation, Properties } from './mutations/mutation.ts';
import { mutationsOf } from './mutations/stages.ts';
import { STAGES } from './requirements/expected.ts';
import { requirementsOf } from './requirements/index.ts';

describe.each(STAGES)('the requirements of the stage $stage notice', (expected) => {
  const requirements = requirementsOf(expected);
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({}, expected.stage);
  });

  /** A copy of the templates with the mutation. */
  function mutate({ type, prefix = '', change }: Mutation): Templates {
    const copy: Record<keyof Templates, { Resources: Record<string, { Type: string; Properties?: Properties }> }> =
      JSON.parse(JSON.stringify(templates));
    let found = 0;
    for (const template of Object.values(copy)) {
      for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
        if (Type !== type || !id.startsWith(prefix)) continue;
        found += 1;
        if (change(Properties) === 'remove') delete template.Resources[id];
      }
    }
    expect(found).toBeGreaterThan(0);
    return copy;
  }

  it.each(mutationsOf(expected.stage))('$what', (mutation) => {
    const broken = mutate(mutation);
    const failing = requirements.filter(({ check }) => {
      try {
        check(broken);
        return false;
      } catch {
        return true;
      }
    });
    expect(failing.map(({ name }) => name)).not.toEqual([]);
  });
});
