import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildApp } from '../support/synth.ts';

/** How CDK keeps an acknowledgment in a construct's metadata: the rule, behind the name of a plugin, and the reason. */
const Acknowledged = v.record(v.string(), v.string());

/** What is acknowledged in an app: where, which rule, why. */
function acknowledgmentsOf(app: App) {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(v.parse(Acknowledged, data)))
      // CDK's own constructs acknowledge findings of CloudFormation's rules themselves.
      .filter(([id]) => !id.startsWith('CloudFormation-Validate::'))
      .map(([id, reason]) => ({ path: node.path, rule: id.replace(/^\w+::/, ''), reason })),
  );
}

/** What a pack of rules finds in an app: where, which rule. */
function findingsOf(pack: NagPack, app: App) {
  return pack
    .validateScope(app)
    .violations.flatMap(({ ruleName: rule, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({ path: constructPath, rule })),
    );
}

describe('what is acknowledged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  let acknowledgments: ReturnType<typeof acknowledgmentsOf>;
  let findings: ReturnType<typeof findingsOf>;

  beforeAll(async () => {
    acknowledgments = acknowledgmentsOf(await buildApp(folder));
    const spy = vi.spyOn(Validations.prototype, 'acknowledge').mockImplementation(() => {});
    const app = await buildApp(folder);
    spy.mockRestore();
    findings = [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) => findingsOf(pack, app));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is still found without the acknowledgment', () => {
    const covers = (path: string) => (finding: { path: string }) => finding.path.startsWith(`${path}/`);
    const stale = acknowledgments.filter(
      ({ path, rule }) => !findings.filter((finding) => finding.rule === rule).some(covers(path)),
    );
    expect(stale).toEqual([]);
    expect(acknowledgments.length).toBeGreaterThan(5);
  });

  it('is all that is found', () => {
    const open = findings.filter(
      ({ path, rule }) => !acknowledgments.some((known) => known.rule === rule && path.startsWith(`${known.path}/`)),
    );
    expect(open).toEqual([]);
  });

  it('is acknowledged below its stack, with a reason', () => {
    for (const { path, reason } of acknowledgments) {
      expect(path).toContain('/');
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});
