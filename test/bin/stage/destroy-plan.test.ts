import { describe, expect, it } from 'vitest';
import type { SynthesisedStack, TemplateResource } from '../../../bin/shared/resource-fate.ts';
import { describeDestroy, describeProtection } from '../../../bin/stage/destroy-plan.ts';

function stack(resources: Record<string, TemplateResource>, terminationProtection = false): SynthesisedStack {
  return { name: 'app-data', terminationProtection, resources };
}

/** The lines about a stack with one resource of this type. */
function linesOn(Type: string, resource: Omit<TemplateResource, 'Type'> = {}): string {
  const Metadata = { 'aws:cdk:path': 'app-data/It/Resource' };
  return describeDestroy('prod', [stack({ It: { Type, Metadata, ...resource } })]);
}

describe('The plan of a destroy', () => {
  it('counts what is deleted by type, and names what holds data', () => {
    const named = (Type: string, path: string) => ({ Type, Metadata: { 'aws:cdk:path': path } });
    const resources = {
      Role1: { Type: 'AWS::IAM::Role' },
      Logs: named('AWS::Logs::LogGroup', 'app-data/Fn/LogGroup/Resource'),
      Role2: { Type: 'AWS::IAM::Role' },
      Table: named('AWS::DynamoDB::Table', 'app-data/Resource/Table/Resource'),
    };
    expect(describeDestroy('poc', [stack(resources)])).toBe(
      [
        'app-data: deletes 4 resources, keeps nothing',
        '    1 AWS::DynamoDB::Table',
        '        app-data/Resource/Table',
        '    2 AWS::IAM::Role',
        '    1 AWS::Logs::LogGroup',
        '        app-data/Fn/LogGroup',
        '',
        'Destroying stage poc deletes 4 resources of 1 stack. Nothing is kept.',
      ].join('\n'),
    );
  });

  it('takes the stacks in the order in which they go', () => {
    const stacks = ['network', 'data', 'api'].map((name) => ({ ...stack({}), name }));
    expect(describeDestroy('poc', stacks).match(/^\w+(?=:)/gm)).toEqual(['api', 'data', 'network']);
  });

  it.each([
    ['Retain', 'its deletion policy is Retain'],
    ['RetainExceptOnCreate', 'its deletion policy is RetainExceptOnCreate'],
    ['Snapshot', 'it is deleted, and a snapshot of it stays'],
  ])('keeps what has the deletion policy %s', (DeletionPolicy, reason) => {
    const lines = linesOn('AWS::DynamoDB::Table', { DeletionPolicy });
    expect(lines).toContain('app-data: deletes 0 resources, keeps 1\n');
    expect(lines).toMatch(new RegExp(`^  kept: AWS::DynamoDB::Table app-data/It: .*${reason}`, 'm'));
    expect(lines).toMatch(/Kept: 1 resource, as said above\.$/);
  });

  it('deletes the versions of a function with it, whatever their policy, but not those of a function that stays', () => {
    const version = {
      Type: 'AWS::Lambda::Version',
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { FunctionName: { Ref: 'Fn' } },
    };
    const fn = (DeletionPolicy: string) => ({
      Type: 'AWS::Lambda::Function',
      DeletionPolicy,
      Properties: { LoggingConfig: { LogGroup: 'x' } },
    });
    expect(describeDestroy('poc', [stack({ Fn: fn('Delete'), version })])).toMatch(/Nothing is kept\.$/);
    expect(describeDestroy('poc', [stack({ Fn: fn('Retain'), version })])).toMatch(/Kept: 2 resources/);
  });

  it('deletes what has the deletion policy Delete, or none', () => {
    expect(linesOn('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' })).toMatch(/Nothing is kept\.$/);
    expect(linesOn('AWS::DynamoDB::Table')).toMatch(/Nothing is kept\.$/);
  });

  it.each([
    ['AWS::DynamoDB::Table', { DeletionProtectionEnabled: true }],
    ['AWS::DynamoDB::GlobalTable', { Replicas: [{ Region: 'a' }, { Region: 'b', DeletionProtectionEnabled: true }] }],
  ])('keeps a protected %s, on which the destroy fails', (type, Properties) => {
    expect(linesOn(type, { Properties })).toContain('its deletion protection is on, and fails the destroy');
  });

  it('keeps a protected load balancer, on which the destroy fails', () => {
    const attribute = (Value: string) => ({ LoadBalancerAttributes: [{ Key: 'deletion_protection.enabled', Value }] });
    const type = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
    expect(linesOn(type, { Properties: attribute('true') })).toContain('its deletion protection is on, and fails');
    expect(linesOn(type, { Properties: attribute('false') })).toContain('Nothing is kept.');
  });

  it('says that a deleted table can be restored for a while', () => {
    const settings = { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
    const note = 'app-data/It (DynamoDB can restore it for 35 days)';
    expect(linesOn('AWS::DynamoDB::Table', { Properties: settings })).toContain(note);
    expect(linesOn('AWS::DynamoDB::GlobalTable', { Properties: { Replicas: [settings] } })).toContain(note);
  });

  it('says that a deleted key waits for a while', () => {
    const note = 'app-data/It (KMS deletes it after 7 days, and takes nothing for it until then)';
    expect(linesOn('AWS::KMS::Key', { Properties: { PendingWindowInDays: 7 } })).toContain(note);
  });

  it('deletes a bucket only if something empties it, and keeps one that is retained', () => {
    expect(linesOn('AWS::S3::Bucket')).toContain('kept: AWS::S3::Bucket app-data/It: nothing empties it');
    expect(linesOn('AWS::S3::Bucket', { DeletionPolicy: 'Retain' })).not.toContain('nothing empties it');
    const emptying = { Type: 'Custom::S3AutoDeleteObjects', Properties: { BucketName: { Ref: 'Logs' } } };
    const lines = describeDestroy('poc', [stack({ Logs: { Type: 'AWS::S3::Bucket' }, Emptying: emptying })]);
    expect(lines).toContain('        Logs (emptied first)');
    expect(lines).toContain('Nothing is kept.');
  });

  it('counts the log group that Lambda makes for a function without one', () => {
    expect(linesOn('AWS::Lambda::Function')).toContain('Lambda makes its log group outside of the stack');
    const Properties = { LoggingConfig: { LogGroup: { Ref: 'Logs' } } };
    expect(linesOn('AWS::Lambda::Function', { Properties })).toContain('Nothing is kept.');
  });

  it('says that a stack with termination protection is not destroyed, and what to do', () => {
    const stacks = [stack({}, true)];
    const plan = describeDestroy('prod', stacks);
    expect(plan).toContain('  termination protection is on: until it is off, destroy is refused');
    expect(plan).toMatch(/It is refused as long as termination protection is on\.$/);
    expect(describeProtection('prod', stacks)).toMatch(
      /^Stage prod .*app-data.* set stages\.prod\.protectData to false in cdk\.json, npm run deploy -- -c stage=prod, /,
    );
    expect(describeProtection('poc', [stack({})])).toBeUndefined();
  });
});
