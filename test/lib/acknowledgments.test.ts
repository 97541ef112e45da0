import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Acknowledgment, acknowledgmentsOf, type Finding, findingsOf } from '../../bin/compliance/findings.ts';
import { describeCompliance, examine, STANDARDS, whatIsOpen } from '../../bin/compliance/standards.ts';
import { createStageApp, STAGE_NAMES } from '../../bin/shared/stage-app.ts';

const PACKS = [
  (app: App) => new AwsSolutionsChecks(app),
  (app: App) => new ServerlessChecks(app),
  ...STANDARDS.map(([, , pack]) => pack),
];

describe.each(STAGE_NAMES)('in the stage %s, what is acknowledged', (stage) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  let app: App;
  let acknowledgments: Acknowledgment[];
  let findings: Finding[];

  beforeAll(async () => {
    ({ app } = await createStageApp(stage, folder));
    app.synth(); // Some resources are made only now.
    acknowledgments = acknowledgmentsOf(app);
    const spy = vi.spyOn(Validations.prototype, 'acknowledge').mockImplementation(() => {});
    const { app: bare } = await createStageApp(stage, folder);
    bare.synth();
    spy.mockRestore();
    findings = PACKS.flatMap((pack) => findingsOf(pack(bare), bare));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is still found without the acknowledgment', () => {
    const covers = (path: string) => (finding: Finding) => finding.path === path || finding.path.startsWith(`${path}/`);
    const stale = acknowledgments.filter(
      ({ path, rule }) => !findings.filter((finding) => finding.rule === rule).some(covers(path)),
    );
    expect(stale).toEqual([]);
    expect(acknowledgments.length).toBeGreaterThan(5);
  });

  it('is all that is found, by the rules of AWS and by those of the standards', () => {
    const isKnown = ({ path, rule }: Finding) =>
      acknowledgments.some((known) => known.rule === rule && `${path}/`.startsWith(`${known.path}/`));
    expect(findings.filter((finding) => !isKnown(finding))).toEqual([]);
    for (const [, prefix] of STANDARDS) expect(findings.some(({ rule }) => rule.startsWith(prefix))).toBe(true);
  });

  it('is acknowledged below its stack, with a reason', () => {
    for (const { path, reason } of acknowledgments) {
      expect(path).toContain('/');
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  it('is counted by the summary, which says what is open, too, and fails then', () => {
    const results = examine(app);
    expect(results.map(({ open }) => open)).toEqual([[], [], []]);
    expect(whatIsOpen(results)).toBeUndefined();
    const text = describeCompliance(stage, results);
    expect(text).toMatch(/^ {2}NIST 800-53 R5: (\d+) findings, \1 acknowledged, 0 open$/m);
    expect(text).toMatch(/^ +\d+ IAMNoInlinePolicy: It belongs to one role/m);
    const open = [{ standard: 'X', acknowledged: [], open: [{ rule: 'X-Rule', path: 'a/b' }] }];
    expect(describeCompliance(stage, open)).toContain('X: 1 findings, 0 acknowledged, 1 open\n    open: X-Rule on a/b');
    expect(whatIsOpen([...results, ...open])).toMatch(/^1 finding is neither fixed nor acknowledged/);
  });
});
