import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../bin/shared/templates.ts';
import { synthesise } from '../support/synth.ts';
import { STAGES } from './requirements/expected.ts';

describe('What a release deploys', () => {
  it('has the same bundle in each stage, with and without the function that tries new versions', async () => {
    const bundles: string[] = [];
    for (const { stage, deployment } of STAGES) {
      const templates = Object.values(await synthesise({}, stage));
      bundles.push(bundleOf(templates));
      const functions = JSON.stringify(templates).match(/"Handler":"handler\.handler"/g);
      expect(functions).toHaveLength(deployment === 'canary' ? 2 : 1);
    }
    expect(new Set(bundles).size).toBe(1);
  });
});
