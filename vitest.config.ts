import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { forgetAws } from './local/forget-aws.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
if (/[#?]/.test(ROOT)) {
  console.error(`The tests do not run in ${ROOT}: Vite takes # and ? for parts of an address. Move the folder.`);
  process.exit(1);
}

// Tests, and the processes that they start, use stores of their own. What AWS is told is stubbed by those that ask it.
forgetAws();

const ALL = 'test/**/*.test.ts';

/** They put something in the place of a module of Node, or of what the SDK reads once in a process. */
export const ISOLATED = ['test/core/cdn-secret.test.ts', 'test/bin/shared/preflight.test.ts'];

/** What takes longest by far, so that no core waits at the end for another that began with it late. */
const LONGEST = [
  'test/local/start.test.ts',
  'test/lib/synthesis.test.ts',
  'test/lib/every-value.test.ts',
  'test/trials/roll/roll.test.ts',
  'test/api/app.test.ts',
  'test/trials/faults/faults.test.ts',
  'test/core/timestamps/store.test.ts',
  'test/browser/pages.test.ts',
  'test/bin/stage/stage.test.ts',
  'test/api/access/access.test.ts',
  'test/usage.test.ts',
  'test/api/access/leaks.test.ts',
  'test/api/timestamps/record.test.ts',
  'test/api/events.test.ts',
];

/** The runner knows how long files take only where they have run before. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = [...ISOLATED, ...LONGEST];
    const rankOf = ({ moduleId }: TestSpecification) =>
      order.findIndex((file) => moduleId.endsWith(`/${file}`)) + 1 || order.length + 1;
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'isolated', include: ISOLATED } },
      {
        extends: true,
        // To load the SDK and the CDK takes seconds: one process runs many files.
        test: { name: 'shared', include: [ALL], exclude: ['**/node_modules/**', ...ISOLATED], isolate: false },
      },
    ],
    sequence: { sequencer: LongestFirst },
    setupFiles: 'test/support/restore.ts',
    globalSetup: 'test/support/dynamodb-local.ts',
    env: {
      // For what tests start, too, in whichever folder.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url)),
    },
    reporters: ['default', ['json', { outputFile: 'test-report.json' }]],
    // The runner would leave one core to itself, and on two cores run one file after another.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
