import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
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
