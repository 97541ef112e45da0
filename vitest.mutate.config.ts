/** The tests that `npm run mutate` runs against each mutant of `lambda/`, and how: stryker.config.json. */
import { statSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ISOLATED } from './vitest.config.ts';

/**
 * What has nothing to do with `lambda/`, runs it in another process, or takes long to find what others find at once.
 * The deadlines of `trials` are held to a clock: a machine that is busy fails them, and a mutant would count as killed.
 */
const LEFT_OUT = [
  '**/node_modules/**',
  'test/{bin,browser,build,client,lib,local,trials,workflows}/**',
  'test/*.test.ts',
];

/** A mutant is done with at its first failure: the tests of one module come before those of the whole app. */
class SmallestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sizeOf = ({ moduleId }: TestSpecification) => statSync(moduleId).size;
    return files.toSorted((a, b) => sizeOf(a) - sizeOf(b));
  }
}

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'isolated', include: ISOLATED, exclude: LEFT_OUT } },
      {
        extends: true,
        // A run ends with its process: mutants of what modules do once, as they are loaded, are tried in a new one.
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: [...LEFT_OUT, ...ISOLATED], isolate: false },
      },
    ],
    sequence: { sequencer: SmallestFirst },
    // Stryker reports; to write of each failure takes longer than to find it.
    reporters: [{}],
    // Two runs at a time would write to it.
    cache: false,
    setupFiles: ['test/support/restore.ts', 'test/support/mutation.ts'],
    provide: { dynamodbLocal: null },
    env: {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      TEST_EFFORT: '0.04',
    },
    // What a mutant has wait for ever fails here; Stryker would give up the whole process later.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
