import { defineConfig } from 'vitest/config';

/** They load the CDK, which takes seconds, and change nothing that another file would see: one process runs many. */
const INFRASTRUCTURE = ['test/infra/**/*.test.ts', 'test/alarms/**/*.test.ts', 'test/lib/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'infrastructure', include: INFRASTRUCTURE, isolate: false } },
      {
        extends: true,
        test: { name: 'app', include: ['test/**/*.test.ts'], exclude: ['**/node_modules/**', ...INFRASTRUCTURE] },
      },
    ],
    globalSetup: 'test/support/dynamodb-local.ts',
    // Stores on this machine take any credentials, but want some.
    env: { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    reporters: ['default', ['json', { outputFile: 'test-report.json' }]],
    // The runner would leave one core to itself, and on two cores run one file after another.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
