import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, synthesise, type Templates } from '../support/synth.ts';
import { ofType, propertiesOf, requirements, textOf } from './requirements.ts';

const DOMAIN = { name: 'rollcall.example.com', hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' };

let poc: Templates;
beforeAll(async () => {
  poc = await synthesise();
});

describe('in the poc stage', () => {
  it.each(requirements)('$name', ({ check }) => check(poc));

  it('the templates are those of the snapshot', () => {
    // The names of assets are hashes of their contents, which change with every line of code.
    const text = JSON.stringify(poc, undefined, 2).replaceAll(/[0-9a-f]{64}/g, 'ASSET');
    expect(text).toMatchSnapshot();
  });
});

/** A copy of the templates in which the resources of a type (whose id begins so) are changed, or gone. */
function mutate(type: string, change: (properties: Record<string, Json>) => unknown, prefix = ''): Templates {
  const copy: Record<
    keyof Templates,
    { Resources: Record<string, { Type: string; Properties?: Record<string, Json> }> }
  > = JSON.parse(JSON.stringify(poc));
  let found = 0;
  for (const template of Object.values(copy)) {
    for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
      if (Type !== type || !id.startsWith(prefix)) continue;
      found += 1;
      if (change(Properties) === 'remove') delete template.Resources[id];
    }
  }
  expect(found).toBeGreaterThan(0);
  return copy;
}

describe('the requirements notice', () => {
  const without = (name: string) => (properties: Record<string, Json>) => {
    delete properties[name];
  };
  it.each<[string, () => Templates]>([
    [
      'that point-in-time recovery is gone',
      () =>
        mutate('AWS::DynamoDB::GlobalTable', (table) => {
          table.Replicas = [{ Region: 'eu-west-1' }];
        }),
    ],
    [
      'that the encryption of the tables is gone',
      () => mutate('AWS::DynamoDB::GlobalTable', without('SSESpecification')),
    ],
    [
      'that the expiry of timestamps is gone',
      () => mutate('AWS::DynamoDB::GlobalTable', without('TimeToLiveSpecification'), 'Timestamps'),
    ],
    ['that the policy of the endpoint is gone', () => mutate('AWS::EC2::VPCEndpoint', without('PolicyDocument'))],
    ['that the endpoint is gone', () => mutate('AWS::EC2::VPCEndpoint', () => 'remove')],
    ['that a rule of an ACL is gone', () => mutate('AWS::EC2::NetworkAclEntry', () => 'remove', 'IsolatedAclIn')],
    ['that a rule of an ACL is wider', () => mutate('AWS::EC2::NetworkAclEntry', without('PortRange'), 'PublicAclIn')],
    [
      'that the access logs are off',
      () =>
        mutate('AWS::ElasticLoadBalancingV2::LoadBalancer', (balancer) => {
          balancer.LoadBalancerAttributes = [];
        }),
    ],
    ['that the encryption of the access logs is gone', () => mutate('AWS::S3::Bucket', without('BucketEncryption'))],
    ['that access logs do not expire', () => mutate('AWS::S3::Bucket', without('LifecycleConfiguration'))],
    [
      'that the bucket may be read without TLS',
      () =>
        mutate('AWS::S3::BucketPolicy', (policy) => {
          policy.PolicyDocument = { Statement: [] };
        }),
    ],
    ['that a log does not expire', () => mutate('AWS::Logs::LogGroup', without('RetentionInDays'), 'Api')],
    [
      'that a custom resource logs where nothing expires',
      () => mutate('AWS::Lambda::Function', without('LoggingConfig'), 'CustomS3'),
    ],
    ['that the flows are not logged', () => mutate('AWS::EC2::FlowLog', () => 'remove')],
    [
      'that only accepted flows are logged',
      () =>
        mutate('AWS::EC2::FlowLog', (flowLog) => {
          flowLog.TrafficType = 'ACCEPT';
        }),
    ],
    ['that the default security group is open', () => mutate('Custom::VpcRestrictDefaultSG', () => 'remove')],
    [
      'that the function may call more of its table',
      () =>
        mutate(
          'AWS::IAM::Policy',
          (policy) => {
            policy.PolicyDocument = JSON.parse(
              JSON.stringify(policy.PolicyDocument).replace('dynamodb:PutItem', 'dynamodb:*'),
            );
          },
          'ApiRole',
        ),
    ],
    ['that anybody may invoke the function', () => mutate('AWS::Lambda::Permission', without('SourceAccount'))],
    [
      'that a security group is open',
      () =>
        mutate(
          'AWS::EC2::SecurityGroup',
          (group) => {
            group.SecurityGroupEgress = [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }];
          },
          'Api',
        ),
    ],
  ])('%s', (_, mutated) => {
    const broken = mutated();
    const failing = requirements.filter(({ check }) => {
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

describe('with a domain', () => {
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({ domain: DOMAIN });
  });

  it('the API is served by HTTPS with the post-quantum policy, and HTTP is sent there', () => {
    const { api } = templates;
    const listeners = ofType(api, 'AWS::ElasticLoadBalancingV2::Listener').map(([, { Properties }]) => Properties);
    expect(listeners).toMatchObject([
      {
        Port: 80,
        DefaultActions: [
          { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
        ],
      },
      {
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        Certificates: [expect.anything()],
      },
    ]);
    const [rule] = ofType(api, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    expect(textOf(rule?.[1].Properties?.ListenerArn ?? null)).toContain('LoadBalancerHttps');
    expect(templates.api.Outputs?.Url?.Value).toBe('https://rollcall.example.com');
  });

  it('the listener on port 80 is the one that was there without a domain, so that it can be changed in place', () => {
    const onPort80 = ({ api }: Templates) =>
      ofType(api, 'AWS::ElasticLoadBalancingV2::Listener').filter(([, { Properties }]) => Properties?.Port === 80);
    expect(onPort80(templates).map(([id]) => id)).toEqual(onPort80(poc).map(([id]) => id));
  });

  it('the certificate is proven by DNS, and the name leads to the load balancer', () => {
    expect(propertiesOf(templates.api, 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: DOMAIN.name,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ HostedZoneId: DOMAIN.hostedZoneId }],
    });
    expect(propertiesOf(templates.api, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: 'rollcall.example.com.',
      Type: 'A',
      HostedZoneId: DOMAIN.hostedZoneId,
      AliasTarget: { DNSName: expect.anything() },
    });
  });

  it('port 443 is open as well as port 80', () => {
    const entries = ofType(templates.network, 'AWS::EC2::NetworkAclEntry').filter(([id]) =>
      id.startsWith('PublicAclIn'),
    );
    expect(entries.map(([, { Properties }]) => Properties?.PortRange)).toEqual([
      { From: 80, To: 80 },
      { From: 443, To: 443 },
    ]);
    expect(propertiesOf(templates.api, 'AWS::EC2::SecurityGroup', 'LoadBalancer').SecurityGroupIngress).toMatchObject([
      { FromPort: 80 },
      { FromPort: 443 },
    ]);
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
