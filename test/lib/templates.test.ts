import { beforeAll, describe, expect, it } from 'vitest';
import { STACKS, synthesise, type Templates } from '../support/synth.ts';
import { mutate } from './mutations/mutation.ts';
import { mutationsOf } from './mutations/stages.ts';
import { expectedOf, STAGES } from './requirements/expected.ts';
import { requirementsOf } from './requirements/index.ts';
import { ofType, propertiesOf, textOf } from './requirements/templates.ts';

describe.each(STAGES)('in the stage $stage', (expected) => {
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({}, expected.stage);
  });

  it.each(requirementsOf(expected))('$name', ({ check }) => check(templates));

  const stacks = STACKS.filter((stack) => stack !== 'edge' || expected.hasCdn);
  it.each(stacks)('the template of the stack %s is that of the snapshot', async (stack) => {
    // The names of assets, and of the version, are hashes of their contents, which change with every line of code.
    const text = JSON.stringify(templates[stack], undefined, 2)
      .replaceAll(/[0-9a-f]{64}/g, 'ASSET')
      .replaceAll(/(?<=CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, 'VERSION');
    await expect(`${text}\n`).toMatchFileSnapshot(`snapshots/${expected.stage}-${stack}.json`);
  });

  it.each(mutationsOf(expected))('the requirements notice $what', (mutation) => {
    const broken = mutate(templates, mutation);
    const failing = requirementsOf(expected).filter(({ check }) => {
      try {
        check(broken);
        return false;
      } catch {
        return true;
      }
    });
    expect(failing.map(({ name }) => name)).not.toEqual([]);
  });
});

describe('the values of the configuration', () => {
  it('protectData keeps the tables, and has them refuse to be deleted', async () => {
    const { data } = await synthesise({ protectData: true });
    for (const [, { DeletionPolicy, Properties }] of ofType(data, 'AWS::DynamoDB::GlobalTable')) {
      expect(DeletionPolicy).toBe('Retain');
      expect(Properties?.Replicas).toMatchObject([{ DeletionProtectionEnabled: true }]);
    }
  });

  it('make a stage of the shape of prod that keeps nothing', async () => {
    const templates = await synthesise({ protectData: false }, 'prod');
    for (const { check } of requirementsOf({ ...expectedOf('prod'), isProtected: false })) check(templates);
  });

  it('reach CloudFront, the firewall and the HTTP API', async () => {
    const cdn = { pageCacheSeconds: 5 };
    const { edge } = await synthesise({ cdn, waf: { requestsPer5Minutes: 77 } }, 'prod');
    expect(textOf(propertiesOf(edge, 'AWS::CloudFront::CachePolicy', 'CdnPages'))).toContain('"MaxTTL":5,"MinTTL":5');
    expect(textOf(propertiesOf(edge, 'AWS::WAFv2::WebACL').Rules)).toContain('"Limit":77');
    const { api } = await synthesise({ throttle: { requestsPerSecond: 3, burst: 4 } }, 'serverless');
    expect(propertiesOf(api, 'AWS::ApiGatewayV2::Stage').DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 3,
      ThrottlingBurstLimit: 4,
    });
  });

  it('turn traces off, log no addresses, and let any stage deploy by canary, with alarms or without', async () => {
    const changes = { traceSampling: 0, clientIp: 'truncated', deployment: 'canary', alarms: false };
    const { api, edge } = await synthesise(changes, 'serverless');
    expect(textOf(propertiesOf(edge, 'AWS::Logs::Delivery').RecordFields)).not.toContain('c-ip');
    expect(propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction')).not.toHaveProperty('TracingConfig');
    expect(textOf(Object.values(api.Resources).map(({ Type }) => Type))).not.toContain('XRay');
    expect(textOf(propertiesOf(api, 'AWS::IAM::Policy', 'ApiRole').PolicyDocument)).not.toContain('xray');
    const { AlarmConfiguration, AutoRollbackConfiguration } = propertiesOf(api, 'AWS::CodeDeploy::DeploymentGroup');
    expect(AlarmConfiguration ?? null).not.toMatchObject({ Enabled: true });
    expect(AutoRollbackConfiguration).toEqual({
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'],
    });
  });

  it('reach the function, the logs and the network', async () => {
    const { network, api } = await synthesise({
      memoryMb: 512,
      timeoutSeconds: 5,
      shards: 16,
      readShards: 32,
      timestampRetentionDays: 30,
      logRetentionDays: 30,
      accessLogRetentionDays: 7,
      vpcCidr: '172.16.0.0/25',
      dynamodbCidrs: ['52.94.24.0/23', '52.119.240.0/21'],
    });
    expect(propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction')).toMatchObject({
      MemorySize: 512,
      Timeout: 5,
      Environment: { Variables: { SHARDS: '16', READ_SHARDS: '32', RETENTION_DAYS: '30' } },
    });
    expect(ofType(network, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties?.RetentionInDays)).toEqual([
      30, 30,
    ]);
    expect(textOf(propertiesOf(api, 'AWS::S3::Bucket').LifecycleConfiguration)).toContain('"ExpirationInDays":7');
    expect(propertiesOf(network, 'AWS::EC2::VPC').CidrBlock).toBe('172.16.0.0/25');
    const entries = ofType(network, 'AWS::EC2::NetworkAclEntry').filter(([id]) => id.startsWith('IsolatedAcl'));
    const blocks = entries.map(([, { Properties }]) => `${Properties?.Egress ? 'out' : 'in'} ${Properties?.CidrBlock}`);
    expect(blocks.toSorted()).toEqual([
      'in 52.119.240.0/21',
      'in 52.94.24.0/23',
      'out 52.119.240.0/21',
      'out 52.94.24.0/23',
    ]);
  });
});
