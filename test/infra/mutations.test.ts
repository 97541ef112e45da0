/** Whether the requirements notice what is broken. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, synthesise, type Templates } from '../support/synth.ts';
import { STAGES } from './requirements/expected.ts';
import { requirementsOf } from './requirements/index.ts';

type Properties = Record<string, Json>;

/** What is changed in the resources of a type whose id begins so; those that are `remove`d are gone. */
interface Mutation {
  readonly what: string;
  readonly type: string;
  readonly prefix?: string;
  readonly change: (properties: Properties) => unknown;
}

const remove = () => 'remove';
const without = (name: string) => (properties: Properties) => {
  delete properties[name];
};
const set = (name: string, value: Json) => (properties: Properties) => {
  properties[name] = value;
};
/** Replaces a text wherever it stands in a property, so that it must stand there. */
const replace = (name: string, text: string, by: string) => (properties: Properties) => {
  const before = JSON.stringify(properties[name]);
  expect(before).toContain(text);
  properties[name] = JSON.parse(before.replaceAll(text, by));
};

/** Of every stage. */
const COMMON: readonly Mutation[] = [
  {
    what: 'that point-in-time recovery is gone',
    type: 'AWS::DynamoDB::GlobalTable',
    change: set('Replicas', [{ Region: 'eu-west-1' }]),
  },
  {
    what: 'that the encryption of the tables is gone',
    type: 'AWS::DynamoDB::GlobalTable',
    change: without('SSESpecification'),
  },
  {
    what: 'that the expiry of timestamps is gone',
    type: 'AWS::DynamoDB::GlobalTable',
    prefix: 'Timestamps',
    change: without('TimeToLiveSpecification'),
  },
  {
    what: 'that the policy of the endpoint is gone',
    type: 'AWS::EC2::VPCEndpoint',
    change: without('PolicyDocument'),
  },
  { what: 'that the endpoint is gone', type: 'AWS::EC2::VPCEndpoint', change: remove },
  { what: 'that a rule of an ACL is gone', type: 'AWS::EC2::NetworkAclEntry', prefix: 'IsolatedAclIn', change: remove },
  {
    what: 'that a log does not expire',
    type: 'AWS::Logs::LogGroup',
    prefix: 'Api',
    change: without('RetentionInDays'),
  },
  {
    what: 'that a custom resource logs where nothing expires',
    type: 'AWS::Lambda::Function',
    prefix: 'Custom',
    change: without('LoggingConfig'),
  },
  { what: 'that the flows are not logged', type: 'AWS::EC2::FlowLog', change: remove },
  { what: 'that only accepted flows are logged', type: 'AWS::EC2::FlowLog', change: set('TrafficType', 'ACCEPT') },
  { what: 'that the default security group is open', type: 'Custom::VpcRestrictDefaultSG', change: remove },
  {
    what: 'that the function may call more of its table',
    type: 'AWS::IAM::Policy',
    prefix: 'ApiRole',
    change: replace('PolicyDocument', 'dynamodb:PutItem', 'dynamodb:*'),
  },
  {
    what: 'that a security group is open',
    type: 'AWS::EC2::SecurityGroup',
    prefix: 'Api',
    change: set('SecurityGroupEgress', [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }]),
  },
];

const BUCKET: readonly Mutation[] = [
  { what: 'that access logs do not expire', type: 'AWS::S3::Bucket', change: without('LifecycleConfiguration') },
  {
    what: 'that the bucket may be read without TLS',
    type: 'AWS::S3::BucketPolicy',
    change: set('PolicyDocument', { Statement: [] }),
  },
];

const BALANCER: readonly Mutation[] = [
  {
    what: 'that the access logs are off',
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    change: set('LoadBalancerAttributes', []),
  },
  {
    what: 'that the encryption of the access logs is gone',
    type: 'AWS::S3::Bucket',
    prefix: 'LoadBalancer',
    change: without('BucketEncryption'),
  },
  { what: 'that anybody may invoke the function', type: 'AWS::Lambda::Permission', change: without('SourceAccount') },
  {
    what: 'that a path is gone',
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    prefix: 'LoadBalancerHttpRoutes2',
    change: remove,
  },
];

/** In a configuration of CloudFront, in which `text` stands. */
const inDistribution = (what: string, text: string, by: string): Mutation => ({
  what,
  type: 'AWS::CloudFront::Distribution',
  change: replace('DistributionConfig', text, by),
});

const CDN: readonly Mutation[] = [
  inDistribution('that viewers may come by HTTP', '"redirect-to-https"', '"allow-all"'),
  inDistribution('that HTTP/3 is off', '"http2and3"', '"http2"'),
  inDistribution('that IPv6 is off', '"IPV6Enabled":true', '"IPV6Enabled":false'),
  inDistribution(
    'that the API is cached',
    '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    '658327ea-f89d-4fab-a63d-7e88639e58f6',
  ),
  inDistribution('that another path is cached', '"PathPattern":"/"', '"PathPattern":"/app"'),
  inDistribution('that an error is cached', '"ErrorCachingMinTTL":0,"ErrorCode":404', '"ErrorCode":404'),
  inDistribution('that requests come without the secret', '"x-origin-secret"', '"x-other"'),
  inDistribution('that the secret is that of another generation', 'OriginSecretEdge1', 'OriginSecretEdge2'),
  inDistribution('that the Host of the viewer is lost', '"viewer-request"', '"viewer-response"'),
  {
    what: 'that the address of the viewer is lost',
    type: 'AWS::CloudFront::OriginRequestPolicy',
    change: replace('OriginRequestPolicyConfig', ',"CloudFront-Viewer-Address"', ''),
  },
  {
    what: 'that a page of one host is shown on another',
    type: 'AWS::CloudFront::CachePolicy',
    change: replace('CachePolicyConfig', ',"x-forwarded-host"', ''),
  },
  { what: 'that CloudFront writes no access logs', type: 'AWS::Logs::Delivery', change: remove },
  {
    what: 'that access logs hold queries',
    type: 'AWS::Logs::Delivery',
    change: set('RecordFields', ['c-ip', 'cs-method', 'cs-uri-stem', 'sc-status', 'cs-uri-query']),
  },
  {
    what: 'that a secret is in clear',
    type: 'AWS::SecretsManager::Secret',
    change: set('SecretString', 'open'),
  },
  {
    what: 'that the function does not ask for the secret',
    type: 'AWS::Lambda::Function',
    prefix: 'ApiFunction',
    change: replace('Environment', 'ORIGIN_SECRETS', 'OTHER'),
  },
  {
    what: 'that the secret is in clear in the environment',
    type: 'AWS::Lambda::Function',
    prefix: 'ApiFunction',
    change: replace('Environment', '{{resolve:', '{{'),
  },
];

const OF_STAGE: Readonly<Record<string, readonly Mutation[]>> = {
  poc: [
    ...BUCKET,
    ...BALANCER,
    {
      what: 'that a rule of an ACL is wider',
      type: 'AWS::EC2::NetworkAclEntry',
      prefix: 'PublicAclIn',
      change: without('PortRange'),
    },
  ],
  serverless: [
    ...CDN,
    { what: 'that a route is gone', type: 'AWS::ApiGatewayV2::Route', prefix: 'HttpApiANYready', change: remove },
    {
      what: 'that a route is one more',
      type: 'AWS::ApiGatewayV2::Route',
      prefix: 'HttpApiANYready',
      change: set('RouteKey', '$default'),
    },
    {
      what: 'that a route takes one method',
      type: 'AWS::ApiGatewayV2::Route',
      prefix: 'HttpApiANYready',
      change: set('RouteKey', 'GET /ready'),
    },
    {
      what: 'that any API may invoke the function',
      type: 'AWS::Lambda::Permission',
      change: replace('SourceArn', '/*/*/*', '*'),
    },
    {
      what: 'that nothing limits the requests',
      type: 'AWS::ApiGatewayV2::Stage',
      change: without('DefaultRouteSettings'),
    },
    { what: 'that the API writes no log', type: 'AWS::ApiGatewayV2::Stage', change: without('AccessLogSettings') },
    {
      what: 'that a header is logged',
      type: 'AWS::ApiGatewayV2::Stage',
      change: replace('AccessLogSettings', '$context.protocol', '$request.header.x-origin-secret'),
    },
    { what: 'that the right to log would stay', type: 'AWS::Logs::ResourcePolicy', change: remove },
  ],
  prod: [
    ...BUCKET,
    ...BALANCER,
    ...CDN,
    {
      what: 'that the firewall is gone',
      type: 'AWS::CloudFront::Distribution',
      change: replace('DistributionConfig', '"WebACLId"', '"Other"'),
    },
    {
      what: 'that a group of rules only counts',
      type: 'AWS::WAFv2::WebACL',
      change: replace('Rules', '"OverrideAction":{"None":{}}', '"OverrideAction":{"Count":{}}'),
    },
    {
      what: 'that a rule on cookies only counts',
      type: 'AWS::WAFv2::WebACL',
      change: replace('Rules', '"GenericLFI_BODY"', '"CrossSiteScripting_COOKIE"'),
    },
    {
      what: 'that bodies of 8 KB are blocked',
      type: 'AWS::WAFv2::WebACL',
      change: replace('Rules', '"SizeRestrictions_BODY"', '"Nothing_BODY"'),
    },
    {
      what: 'that bodies may be too large',
      type: 'AWS::WAFv2::WebACL',
      change: replace('Rules', '"MATCH"', '"CONTINUE"'),
    },
    {
      what: 'that an address may ask what it wants',
      type: 'AWS::WAFv2::WebACL',
      change: replace('Rules', '"Limit":2000', '"Limit":2000000'),
    },
    {
      what: 'that the firewall logs queries',
      type: 'AWS::WAFv2::LoggingConfiguration',
      change: without('RedactedFields'),
    },
    {
      what: 'that the load balancer is public',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      change: set('Scheme', 'internet-facing'),
    },
    {
      what: 'that the load balancer lets others in than CloudFront',
      type: 'AWS::EC2::SecurityGroupIngress',
      change: (rule) => {
        delete rule.SourcePrefixListId;
        rule.CidrIp = '0.0.0.0/0';
      },
    },
    {
      what: 'that the load balancer can be deleted',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      change: replace(
        'LoadBalancerAttributes',
        '"deletion_protection.enabled","Value":"true"',
        '"deletion_protection.enabled","Value":"false"',
      ),
    },
    {
      what: 'that the tables can be deleted',
      type: 'AWS::DynamoDB::GlobalTable',
      change: replace('Replicas', '"DeletionProtectionEnabled":true', '"DeletionProtectionEnabled":false'),
    },
    {
      what: 'that the tables can be restored for a week only',
      type: 'AWS::DynamoDB::GlobalTable',
      change: replace('Replicas', '"RecoveryPeriodInDays":35', '"RecoveryPeriodInDays":7'),
    },
    { what: 'that the internet gateway is gone', type: 'AWS::EC2::InternetGateway', change: remove },
    {
      what: 'that a rule of an ACL is wider',
      type: 'AWS::EC2::NetworkAclEntry',
      prefix: 'InternalAclIn',
      change: without('PortRange'),
    },
  ],
};

describe.each(STAGES)('the requirements of the stage $stage notice', (expected) => {
  const requirements = requirementsOf(expected);
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({}, expected.stage);
  });

  /** A copy of the templates with the mutation. */
  function mutate({ type, prefix = '', change }: Mutation): Templates {
    const copy: Record<keyof Templates, { Resources: Record<string, { Type: string; Properties?: Properties }> }> =
      JSON.parse(JSON.stringify(templates));
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

  it.each([...COMMON, ...(OF_STAGE[expected.stage] ?? [])])('$what', (mutation) => {
    const broken = mutate(mutation);
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
