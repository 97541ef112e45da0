// Prints `N passed, N failed` (and `, N skipped`) from Vitest's JSON report; fails if anything failed or nothing ran.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, success } = report;
// A file that cannot even be loaded fails without a failed test.
const failed = Math.max(numFailedTests, success ? 0 : 1);
const skipped = numPendingTests + numTodoTests;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
