import { expect } from 'vitest';
import { routes } from '../../../lambda/api/routes.ts';
import type { Json, Templates } from '../../support/synth.ts';
import type { Expected } from './expected.ts';
import { allResources, anything, ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

interface DistributionConfig {
  readonly [name: string]: Json | undefined;
  readonly CacheBehaviors: readonly { readonly PathPattern: string }[];
}

/** The configuration of the distribution. */
export function distributionOf({ edge }: Templates): DistributionConfig {
  return JSON.parse(textOf(propertiesOf(edge, 'AWS::CloudFront::Distribution').DistributionConfig));
}

/** A reference to an output of the api stack. */
const output = (name: RegExp, { stage }: Expected) => ({
  'Fn::GetStackOutput': {
    StackName: `rollcall-${stage}-api`,
    Region: 'eu-west-1',
    OutputName: expect.stringMatching(name),
  },
});

/** CloudFront in front of everything. */
export const cdnRequirements = (expected: Expected): Requirement[] => [
  {
    name: 'viewers come by HTTPS, HTTP/2 and 3, IPv4 and IPv6, with any method',
    check: (templates) => {
      const { DefaultCacheBehavior, CacheBehaviors, ...config } = distributionOf(templates);
      expect(config).toMatchObject({ Enabled: true, HttpVersion: 'http2and3', IPV6Enabled: true });
      for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
        expect(behavior).toMatchObject({
          ViewerProtocolPolicy: 'redirect-to-https',
          Compress: true,
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
        });
      }
    },
  },
  {
    name: 'nothing is cached but pages that are the same for everybody, and no error at all',
    check: (templates) => {
      const { DefaultCacheBehavior, CacheBehaviors, CustomErrorResponses } = distributionOf(templates);
      const CachePolicyId = expected.asksForKeys ? { Ref: expect.stringMatching(/^CdnCredentials/) } : CACHING_DISABLED;
      expect(DefaultCacheBehavior).toMatchObject({ CachePolicyId });
      const pages = ['/', '/assets/*', '/docs', '/openapi.json'];
      const patterns = CacheBehaviors.map(({ PathPattern }) => PathPattern);
      expect(patterns.toSorted()).toEqual([...pages, ...(expected.asksForKeys ? ['/sign-in'] : [])]);
      const kept = CacheBehaviors.filter((behavior) =>
        /"CachePolicyId":\{"Ref":"CdnPages/.test(JSON.stringify(behavior)),
      );
      expect(kept.map(({ PathPattern }) => PathPattern).toSorted()).toEqual(pages);
      const known = routes.map(({ path }) => path.replaceAll(/\{[^}]+\}/g, '*'));
      expect(patterns.filter((pattern) => !known.includes(pattern))).toEqual([]);
      expect(CustomErrorResponses).toEqual(
        [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((ErrorCode) => ({
          ErrorCode,
          ErrorCachingMinTTL: 0,
        })),
      );
    },
  },
  {
    name: 'pages are cached for a minute, by what they differ by',
    check: ({ edge }) => {
      const { CachePolicyConfig } = propertiesOf(edge, 'AWS::CloudFront::CachePolicy', 'CdnPages');
      expect(CachePolicyConfig).toMatchObject({
        MinTTL: 60,
        DefaultTTL: 60,
        MaxTTL: 60,
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingBrotli: true,
          EnableAcceptEncodingGzip: true,
          HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept', 'Origin', 'x-forwarded-host'] },
          QueryStringsConfig: { QueryStringBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'none' },
        },
      });
    },
  },
  {
    name: expected.asksForKeys
      ? 'credentials reach the origin by a key of a cache, in which nothing has to be kept, and only where nothing is cached'
      : 'no credential reaches the origin',
    check: (templates) => {
      const policies = ofType(templates.edge, 'AWS::CloudFront::CachePolicy');
      const passing = policies.filter(([, { Properties }]) => textOf(Properties ?? null).includes('Authorization'));
      expect(passing).toHaveLength(expected.asksForKeys ? 1 : 0);
      for (const [id, { Properties }] of passing) {
        expect(Properties?.CachePolicyConfig).toMatchObject({
          MinTTL: 0,
          DefaultTTL: 0,
          MaxTTL: 1,
          ParametersInCacheKeyAndForwardedToOrigin: {
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept', 'Authorization', 'Origin'] },
            QueryStringsConfig: { QueryStringBehavior: 'all' },
            CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['__Host-rollcall'] },
          },
        });
        expect(textOf(distributionOf(templates).CacheBehaviors)).not.toContain(id);
      }
    },
  },
  {
    name: expected.asksForKeys
      ? 'where people sign in, how they set out reaches the origin, by a key in which nothing has to be kept, and nowhere else'
      : 'no cookie reaches the origin',
    check: (templates) => {
      const policies = ofType(templates.edge, 'AWS::CloudFront::CachePolicy');
      const signIn = policies.filter(([, { Properties }]) =>
        textOf(Properties ?? null).includes('__Host-rollcall-state'),
      );
      expect(signIn).toHaveLength(expected.asksForKeys ? 1 : 0);
      const cookies = policies.filter(([, { Properties }]) => textOf(Properties ?? null).includes('"Cookies"'));
      expect(cookies).toHaveLength(expected.asksForKeys ? 2 : 0);
      for (const [id, { Properties }] of signIn) {
        expect(Properties?.CachePolicyConfig).toMatchObject({
          MinTTL: 0,
          DefaultTTL: 0,
          MaxTTL: 1,
          ParametersInCacheKeyAndForwardedToOrigin: {
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept', 'Origin', 'x-forwarded-host'] },
            QueryStringsConfig: { QueryStringBehavior: 'all' },
            CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['__Host-rollcall', '__Host-rollcall-state'] },
          },
        });
        const { CacheBehaviors } = distributionOf(templates);
        const using = CacheBehaviors.filter((behavior) => JSON.stringify(behavior).includes(id));
        expect(using).toMatchObject([{ PathPattern: '/sign-in' }]);
      }
    },
  },
  {
    name: 'the origin is sent the query, the headers that the app reads, and where the viewer is; no cookie, no Host',
    check: ({ edge }) => {
      const { OriginRequestPolicyConfig } = propertiesOf(edge, 'AWS::CloudFront::OriginRequestPolicy');
      expect(OriginRequestPolicyConfig).toMatchObject({
        QueryStringsConfig: { QueryStringBehavior: 'all' },
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: {
          HeaderBehavior: 'whitelist',
          Headers: [
            'Accept',
            'Access-Control-Request-Headers',
            'Access-Control-Request-Method',
            'Content-Encoding',
            'Content-Type',
            'Idempotency-Key',
            'Origin',
            'Sec-Fetch-Site',
            'CloudFront-Forwarded-Proto',
            'CloudFront-Viewer-Address',
          ],
        },
      });
    },
  },
  {
    name: 'pages that print their own address, and they alone, get the Host of the viewer',
    check: (templates) => {
      const { DefaultCacheBehavior, CacheBehaviors } = distributionOf(templates);
      expect(DefaultCacheBehavior).not.toHaveProperty('FunctionAssociations');
      for (const behavior of CacheBehaviors) {
        const FunctionARN = { 'Fn::GetAtt': [expect.stringMatching(/^CdnViewerHost/), 'FunctionARN'] };
        expect(behavior).toMatchObject({ FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN }] });
      }
    },
  },
  {
    name: 'CloudFront shows the secret of the current generation, which stands in no template',
    check: (templates) => {
      const { Origins } = distributionOf(templates);
      const reference = ['{{resolve:secretsmanager:', output(/^OriginSecretEdge1/, expected), ':SecretString:::}}'];
      expect(Origins).toMatchObject([
        { OriginCustomHeaders: [{ HeaderName: 'x-origin-secret', HeaderValue: { 'Fn::Join': ['', reference] } }] },
      ]);
      expect(propertiesOf(templates.api, 'AWS::SecretsManager::Secret')).toMatchObject({
        GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
        ReplicaRegions: [{ Region: 'us-east-1' }],
      });
      for (const [id, { Properties }] of allResources(templates)) {
        expect(Object.keys(Properties ?? {}), id).not.toContain('SecretString');
      }
    },
  },
  {
    name: 'there is one origin, the front of the api stack',
    check: (templates) => {
      const { Origins } = distributionOf(templates);
      if (expected.balancer) {
        expect(Origins).toMatchObject([
          { DomainName: output(/LoadBalancer.*DNSName/, expected), VpcOriginConfig: { VpcOriginId: anything } },
        ]);
        expect(propertiesOf(templates.edge, 'AWS::CloudFront::VpcOrigin').VpcOriginEndpointConfig).toMatchObject({
          Arn: output(/RefLoadBalancer/, expected),
          OriginProtocolPolicy: 'http-only',
        });
      } else {
        const name = [output(/RefHttpApi/, expected), '.execute-api.eu-west-1.', { Ref: 'AWS::URLSuffix' }];
        expect(Origins).toMatchObject([
          {
            DomainName: { 'Fn::Join': ['', name] },
            CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
          },
        ]);
      }
      expect(Origins).toHaveLength(1);
    },
  },
  {
    name: 'access logs go to a bucket that expires them, without queries and cookies',
    check: ({ edge }) => {
      const { RecordFields, ...delivery } = propertiesOf(edge, 'AWS::Logs::Delivery');
      expect(delivery).toMatchObject({ DeliverySourceName: anything, DeliveryDestinationArn: anything });
      expect(RecordFields).toEqual(expect.arrayContaining(['c-ip', 'cs-method', 'cs-uri-stem', 'sc-status']));
      expect(textOf(RecordFields)).not.toMatch(/query|cookie|referer/i);
      expect(propertiesOf(edge, 'AWS::Logs::DeliveryDestination')).toMatchObject({
        DeliveryDestinationType: 'S3',
        OutputFormat: 'json',
      });
      const [bucket] = ofType(edge, 'AWS::S3::Bucket');
      expect(bucket?.[1].Properties).toMatchObject({
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: expected.accessLogDays, Status: 'Enabled' }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      });
      expect(ofType(edge, 'Custom::S3AutoDeleteObjects')).toHaveLength(1);
      expect(textOf(propertiesOf(edge, 'AWS::S3::BucketPolicy').PolicyDocument)).toMatch(
        /"aws:SourceAccount":\{"Ref":"AWS::AccountId"\}/,
      );
    },
  },
];
