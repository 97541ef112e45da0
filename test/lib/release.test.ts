import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../bin/shared/templates.ts';
import { synthesise } from '../support/synth.ts';
import { STAGES } from './requirements/expected.ts';

/** The function that tries new versions. */
const CHECK = /^CanaryCheck[0-9A-F]{8}$/;

describe('What a release deploys', () => {
  it('has the same bundle in each stage, with and without the function that tries new versions', async () => {
    const bundles: string[] = [];
    for (const { stage, deployment } of STAGES) {
      const templates = Object.values(await synthesise({}, stage));
      bundles.push(bundleOf(templates));
      const checks = templates.flatMap(({ Resources }) => Object.keys(Resources)).filter((id) => CHECK.test(id));
      expect(checks).toHaveLength(deployment === 'canary' ? 1 : 0);
    }
    expect(new Set(bundles).size).toBe(1);
  });
});
