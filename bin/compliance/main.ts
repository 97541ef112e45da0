/** `npm run compliance`: what three standards have against the stages of cdk.json, and why that is so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../../local/usage.ts';
import { createStageApp, STAGE_NAMES } from '../shared/stage-app.ts';
import { describeCompliance, examine, type Result, whatIsOpen } from './standards.ts';

readArguments(
  'Usage: npm run compliance\nSays what NIST 800-53, HIPAA and PCI DSS have against the stages, and why.',
  {},
);
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
const all: Result[] = [];
try {
  for (const stage of STAGE_NAMES) {
    const { app } = await createStageApp(stage, join(folder, stage));
    app.synth();
    const results = examine(app);
    console.log(describeCompliance(stage, results));
    all.push(...results);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const problem = whatIsOpen(all);
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
}
