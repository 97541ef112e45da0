import { expect } from 'vitest';
import { routes } from '../../../lambda/api/routes.ts';
import type { Expected } from './expected.ts';
import { allProperties, anything, ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

/** The load balancer in front of the function. */
export const balancerRequirements = (
  { accessLogDays, isProtected }: Expected,
  { port, tier, scheme }: NonNullable<Expected['balancer']>,
): Requirement[] => [
  {
    name: `the security group of the load balancer opens port ${port} from ${scheme === 'internal' ? 'CloudFront' : 'the internet'} alone`,
    check: ({ api }) => {
      const group = propertiesOf(api, 'AWS::EC2::SecurityGroup', 'LoadBalancer');
      expect(group).toMatchObject({ SecurityGroupEgress: [{ CidrIp: '255.255.255.255/32' }] });
      const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port };
      if (scheme === 'internal') {
        expect(group.SecurityGroupIngress).toBeUndefined();
        expect(allProperties(api, 'AWS::EC2::SecurityGroupIngress')).toMatchObject([
          { ...rule, SourcePrefixListId: { 'Fn::GetAtt': [expect.stringMatching(/CloudFront/), anything] } },
        ]);
      } else {
        expect(group.SecurityGroupIngress).toMatchObject([{ ...rule, CidrIp: '0.0.0.0/0' }]);
        expect(ofType(api, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
      }
    },
  },
  {
    name: `the load balancer is ${scheme}, strict about requests, and multi-value headers are on`,
    check: ({ api }) => {
      const { LoadBalancerAttributes, Scheme, Subnets } = propertiesOf(
        api,
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
      );
      expect(Scheme).toBe(scheme);
      expect(textOf(Subnets).match(new RegExp(`Vpc${tier}Subnet\\dSubnet`, 'g'))).toHaveLength(2);
      expect(LoadBalancerAttributes).toEqual(
        expect.arrayContaining([
          { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
          { Key: 'routing.http.desync_mitigation_mode', Value: 'defensive' },
          { Key: 'deletion_protection.enabled', Value: String(isProtected) },
        ]),
      );
      expect(propertiesOf(api, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
        TargetType: 'lambda',
        TargetGroupAttributes: [{ Key: 'lambda.multi_value_headers.enabled', Value: 'true' }],
      });
    },
  },
  {
    name: 'the load balancer writes access logs',
    check: ({ api }) => {
      const { LoadBalancerAttributes } = propertiesOf(api, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
      expect(LoadBalancerAttributes).toEqual(
        expect.arrayContaining([
          { Key: 'access_logs.s3.enabled', Value: 'true' },
          { Key: 'access_logs.s3.bucket', Value: { Ref: expect.stringMatching(/^LoadBalancerAccessLogs/) } },
        ]),
      );
    },
  },
  {
    name: 'the bucket of access logs is private, encrypted, by TLS only, and expires what it holds',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::S3::Bucket')).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: accessLogDays, Status: 'Enabled' }] },
      });
      expect(propertiesOf(api, 'AWS::S3::BucketPolicy').PolicyDocument).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      });
      expect(ofType(api, 'Custom::S3AutoDeleteObjects')).toHaveLength(1);
    },
  },
  {
    name: 'the paths of the routes, and no others, invoke the function',
    check: ({ api }) => {
      const rules = allProperties(api, 'AWS::ElasticLoadBalancingV2::ListenerRule');
      const patterns = rules.flatMap(({ Conditions }) => {
        expect(Conditions).toMatchObject([{ Field: 'path-pattern' }]);
        const values: string[] = JSON.parse(textOf(Conditions))[0].PathPatternConfig.Values;
        expect(values.length).toBeLessThanOrEqual(5);
        return values;
      });
      expect(new Set(patterns)).toEqual(new Set(routes.map(({ path }) => path.replace(/\{\w+\}/g, '*'))));
      expect(
        propertiesOf(api, 'AWS::ElasticLoadBalancingV2::Listener', 'LoadBalancerHttp').DefaultActions,
      ).toMatchObject([
        { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'application/json' } },
      ]);
    },
  },
  {
    name: 'only load balancers of this account may invoke the function',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::Lambda::Permission')).toMatchObject({
        Principal: 'elasticloadbalancing.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: anything,
      });
    },
  },
];
