/** `npm run compliance`: what three standards have against the stages of cdk.json, and why that is so. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleAll } from '../dev/bundle.ts';
import { readStage } from '../lib/config.ts';
import { createStacks } from '../lib/stacks.ts';
import { describeCompliance, examine, type Result, whatIsOpen } from './standards.ts';

const { stages, ...context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')).context;
const bundles = await bundleAll();
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
const all: Result[] = [];
try {
  for (const stage of Object.keys(stages)) {
    // What CloudFormation and cdk-nag have to say comes with `npm run synth`.
    const app = new App({
      outdir: join(folder, stage),
      context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': false },
    });
    createStacks(app, readStage(stages, stage), bundles);
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
