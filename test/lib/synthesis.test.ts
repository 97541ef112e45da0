import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { STAGE_NAMES } from '../support/stages.ts';
import { synthesise as synthesiseHere } from '../support/synth.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the app as the CDK's command line runs it, with nothing in its environment but what is given. */
async function synthesise(outdir: string, variables: Record<string, string> = {}, context: object = {}) {
  const CDK_CONTEXT_JSON = JSON.stringify({ ...cdkJson.context, ...context });
  const env = {
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    ...variables,
  };
  const { stdout, stderr } = await run(process.execPath, ['bin/rollcall.ts'], { cwd: ROOT, env });
  const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
  return {
    output: stdout + stderr,
    templates: Object.fromEntries(templates.map((file) => [file, readFileSync(join(outdir, file), 'utf8')])),
  };
}

describe('a synthesis', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  // Whatever is different there: the account, the region, the language, the time.
  const elsewhere = {
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    CDK_DEFAULT_ACCOUNT: '111122223333',
    CDK_DEFAULT_REGION: 'us-west-2',
    AWS_REGION: 'us-west-2',
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
  };

  // staging has the shape of prod.
  it.each(STAGE_NAMES.filter((stage) => stage !== 'staging'))(
    'of %s passes cdk-nag and the rules of CloudFormation, and makes the same templates anywhere and at any time',
    async (stage) => {
      const { templates } = await synthesise(folder, elsewhere, { stage });
      const here = await synthesiseHere({}, stage);
      const expected = Object.entries(here)
        .filter(([, { Resources }]) => Object.keys(Resources).length > 0)
        .map(([name, template]) => [`rollcall-${stage}-${name}.template.json`, template]);
      const made = Object.entries(templates).map(([file, text]) => [file, JSON.parse(text)]);
      expect(Object.fromEntries(made)).toEqual(Object.fromEntries(expected));
    },
  );

  it('of the stack that lets GitHub deploy passes the same rules, and has nothing of the stage in it', async () => {
    const context = { stage: 'staging', part: 'delivery', subject: 'repo:acme/rollcall' };
    const { templates } = await synthesise(folder, {}, context);
    expect(Object.keys(templates)).toEqual(['rollcall-staging-delivery.template.json']);
  });

  it('uses the bootstrap of its own that a stage has', async () => {
    const made = Object.values(await synthesiseHere({}, 'staging'));
    for (const template of made) expect(JSON.stringify(template)).toContain('/cdk-bootstrap/rcstaging/version');
  });

  it.each([
    [
      'an unknown stage',
      { stage: 'production' },
      `There is no stage "production" in cdk.json; it has: ${STAGE_NAMES.join(', ')}.\n`,
    ],
    [
      'a bad value',
      { stages: { poc: { region: 'eu-west-1', memoryMb: 64 } } },
      'cdk.json: stages.poc.memoryMb is 64; it must be a whole number from 128 to 10240.\n',
    ],
    [
      'an unknown value',
      { stages: { poc: { region: 'eu-west-1', memory: 64 } } },
      'cdk.json: stages.poc.memory is not known.\n',
    ],
    ['an unknown part', { part: 'all' }, '-c part is "all"; it must be delivery, or left out.\n'],
  ])('ends with one clear line for %s', async (_, context, line) => {
    await expect(synthesise(folder, {}, context)).rejects.toMatchObject({ code: 1, stdout: '', stderr: line });
  });
});
