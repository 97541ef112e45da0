import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParts } from '../../bin/rollcall.ts';
import { bundleAll } from '../../build/bundle.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { ConfigError, readStage } from '../../lib/config/read-stage.ts';
import { StageValues } from '../../lib/config/stage-values.ts';
import { pairwise, type Row } from '../support/pairwise.ts';

const { stages, ...context } = cdkJson.context;
const STAGES = Object.entries(stages);

const cdn = { originSecretGeneration: 2, pageCacheSeconds: 1 };
const throttle = { requestsPerSecond: 1, burst: 1 };
const waf = { requestsPer5Minutes: 10 };
const NO_FRONT = { cdn: undefined, waf: undefined, throttle: undefined };
const ZONE = { hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' };

/** What somebody may write into cdk.json, factor by factor: values that only fit together are one. */
const FACTORS: readonly (readonly object[])[] = [
  [
    { ...NO_FRONT, front: 'alb', timeoutSeconds: 60 },
    { ...NO_FRONT, front: 'alb', cdn: {} },
    { ...NO_FRONT, front: 'alb', cdn, waf },
    { ...NO_FRONT, front: 'http-api', timeoutSeconds: 29, cdn, throttle },
    { ...NO_FRONT, front: 'http-api', timeoutSeconds: 1, cdn: {}, throttle, waf },
  ],
  [
    { region: 'us-east-1' },
    { region: 'us-east-1', zones: ['use1-az1', 'use1-az6'] },
    { region: 'eu-west-3', zones: ['euw3-az3', 'euw3-az1'] },
  ],
  [
    { alarmEmails: ['oncall@example.com'] },
    { alarmEmails: ['oncall@example.com', 'boss@example.com'], monthlyBudgetUsd: 1 },
  ],
  [{ domain: { name: 'rollcall.example.com', ...ZONE } }, { domain: { name: 'example.com', ...ZONE } }],
  [
    { access: 'keys' },
    { access: 'open' },
    {
      access: 'keys',
      oidc: { issuer: 'https://login.example.com', clientId: 'x', allow: { email: '*@example.com' }, scopes: ['read'] },
    },
  ],
  [{ alarms: false }, { alarms: true }],
  [{ dashboard: false }],
  [{ watch: false }, { watch: true }],
  [{ mailFrom: 'rollcall@example.com' }, { mailFrom: 'Rollcall <rollcall@mail.example.com>' }],
  [{ channels: [] }, { channels: ['ops', 'all'] }],
  [{ sms: true }, { sms: false }],
  [{ zone: 'Europe/Madrid' }],
  [{ pagesUrl: 'https://rollcall.example.com' }],
  [{ deployment: 'canary' }, { deployment: 'all-at-once' }],
  [{ protectData: true }, { protectData: false }],
  [{ traceSampling: 0 }, { traceSampling: 1 }],
  [{ vpcCidr: '10.0.0.0/16' }, { vpcCidr: '10.0.0.0/25' }],
  [{ memoryMb: 10_240 }],
  [{ shards: 256 }],
  [{ readShards: 256 }],
  [{ logRetentionDays: 365 }],
  [{ accessLogRetentionDays: 3650 }],
  [{ timestampRetentionDays: 1 }],
  [{ clientIp: 'truncated' }, { clientIp: 'none' }],
  [{ corsOrigins: ['https://app.example.com', 'http://localhost:8080'] }],
  [{ availabilityObjective: 99.99 }],
  [{ accountConcurrency: 10 }],
  [{ recoveryDays: 1 }],
  [{ protectData: true, backupDays: 7 }],
  [{ reservedConcurrency: 5 }],
  [{ maxReadUnitsPerSecond: 1 }, { maxWriteUnitsPerSecond: 1 }],
  [{ dynamodbCidrs: ['52.94.24.0/23'] }],
];

describe('the app that a deployment synthesises', () => {
  let folder: string;
  let bundles: ReturnType<typeof bundleAll>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
    bundles = bundleAll();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the rules have against the stage with some values changed; empty if nothing. */
  async function complaintsAbout([stage, changes]: readonly [string, object]): Promise<string[]> {
    const outdir = mkdtempSync(join(folder, 'some-'));
    const app = new App({ outdir, context: { ...context, stages: withChanges(stage, changes), stage } });
    await createParts(app, () => bundles);
    try {
      app.synth();
      return [];
    } catch (error) {
      const report = join(outdir, 'validation-report.json');
      return [`${stage} with ${JSON.stringify(changes)}: ${existsSync(report) ? readFileSync(report, 'utf8') : error}`];
    }
  }

  it('is tried with everything that a stage can be told', () => {
    const tried = new Set(FACTORS.flat().flatMap((values) => Object.keys(values)));
    expect(Object.keys(StageValues.entries).filter((name) => !tried.has(name))).toEqual([]);
  });

  it.each(FACTORS.flat().filter((values) => isRight(['poc', values])))(
    'passes all rules with %j alone',
    async (values) => {
      expect(await complaintsAbout(['poc', values])).toEqual([]);
    },
  );

  it('passes all rules with every two values, in every stage', async () => {
    const sizes = [STAGES.length, ...FACTORS.map((levels) => levels.length + 1)];
    const rows = pairwise(sizes, (row) => isRight(choice(row)));
    expect(rows.length).toBeGreaterThan(15);
    const complaints = [];
    for (const row of rows) complaints.push(...(await complaintsAbout(choice(row))));
    expect(complaints).toEqual([]);
  });
});

/** The stage and the changed values that a row stands for; of each factor the level 0 is what cdk.json says. */
function choice([stage = 0, ...levels]: Row): readonly [string, object] {
  const changes = levels.map((level, factor) => (level === 0 ? {} : (FACTORS[factor]?.[level - 1] ?? {})));
  return [STAGES[stage]?.[0] ?? '', Object.assign({}, ...changes)];
}

function withChanges(stage: string, changes: object): object {
  return Object.fromEntries(
    STAGES.map(([name, values]) => [name, name === stage ? { ...values, ...changes } : values]),
  );
}

function isRight([stage, changes]: readonly [string, object]): boolean {
  try {
    readStage(withChanges(stage, changes), stage);
    return true;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return false;
  }
}
