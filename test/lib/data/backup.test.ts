import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findingsOf } from '../../../bin/compliance/findings.ts';
import { STANDARDS } from '../../../bin/compliance/standards.ts';
import { createStageApp } from '../../../bin/shared/stage-app.ts';
import { TABLE_ENTRIES } from '../../../lambda/core/dynamo/tables.ts';
import { type CfnTemplate, type Json, synthesise } from '../../support/synth.ts';
import { allProperties, ofType, propertiesOf, textOf } from '../requirements/templates.ts';

const CHANGES = { backupDays: 90 };

/** The statements of a role, each as its actions and its resources. */
function statementsOf(template: CfnTemplate, role: string): readonly (readonly [string, string])[] {
  const { PolicyDocument } = propertiesOf(template, 'AWS::IAM::Policy', `Backup${role}DefaultPolicy`);
  const statements: Json =
    typeof PolicyDocument === 'object' && PolicyDocument !== null && 'Statement' in PolicyDocument
      ? (PolicyDocument.Statement ?? [])
      : [];
  if (!Array.isArray(statements)) throw new TypeError('no statements');
  return statements.map(({ Action, Resource }) => [textOf(Action), textOf(Resource)]);
}

describe('the backups of a stage', () => {
  it('are none unless it asks for them', async () => {
    for (const stage of ['poc', 'prod']) {
      const { data } = await synthesise({}, stage);
      expect(Object.values(data.Resources).filter(({ Type }) => /Backup|IAM/.test(Type))).toEqual([]);
    }
  });

  it('are made each day, kept for as long as it says, and kept when the stack goes', async () => {
    const { data } = await synthesise(CHANGES, 'prod');
    const [[, vault] = []] = ofType(data, 'AWS::Backup::BackupVault');
    expect(vault).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(textOf(vault?.Properties?.AccessPolicy)).toMatch(
      /Deny.*backup:DeleteRecoveryPoint|backup:DeleteRecoveryPoint.*Deny/,
    );
    const plan = textOf(propertiesOf(data, 'AWS::Backup::BackupPlan', 'Backup'));
    expect(plan).toContain('"DeleteAfterDays":90');
    expect(plan).toContain('cron(0 3 * * ? *)');
  });

  it('and their restore tests are of every table', async () => {
    const { data } = await synthesise(CHANGES, 'prod');
    const selected = textOf(propertiesOf(data, 'AWS::Backup::BackupSelection', 'Backup'));
    const tested = textOf(propertiesOf(data, 'AWS::Backup::RestoreTestingSelection', 'Backup').ProtectedResourceArns);
    const tables = ofType(data, 'AWS::DynamoDB::GlobalTable').map(([id]) => id);
    expect(tables.length).toBe(TABLE_ENTRIES.length);
    for (const id of tables) {
      expect(selected).toContain(id);
      expect(tested).toContain(id);
    }
    expect(allProperties(data, 'AWS::Backup::RestoreTestingPlan')).toMatchObject([
      { RestoreTestingPlanName: 'rollcall_prod', ScheduleExpression: 'cron(0 5 1 * ? *)' },
    ]);
  });

  it('are made and restored by roles that change no table that there is', async () => {
    const { data } = await synthesise(CHANGES, 'prod');
    for (const { AssumeRolePolicyDocument, ManagedPolicyArns } of allProperties(data, 'AWS::IAM::Role')) {
      expect(textOf(AssumeRolePolicyDocument)).toContain('backup.amazonaws.com');
      expect(ManagedPolicyArns).toBeUndefined();
    }
    const writes = /PutItem|UpdateItem|DeleteItem|BatchWriteItem|DeleteTable/;
    const all = [...statementsOf(data, 'BackupRole'), ...statementsOf(data, 'RestoreRole')];
    expect(all.length).toBe(5);
    for (const [actions, resources] of all) {
      expect(resources).not.toBe('"*"');
      if (writes.test(actions)) expect(resources).toMatch(/:table\/awsbackup-restore-test-\*/);
    }
  });

  it('follow the rules of all packs, or say why not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { app } = await createStageApp('prod', folder, CHANGES);
    app.synth();
    const packs = [new AwsSolutionsChecks(app), new ServerlessChecks(app), ...STANDARDS.map(([, , pack]) => pack(app))];
    expect(packs.flatMap((pack) => findingsOf(pack, app)).filter(({ path }) => path.includes('Backup'))).toEqual([]);
  });
});
