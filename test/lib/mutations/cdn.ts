import { type Mutation, remove, replace, set } from './mutation.ts';

/** In a configuration of CloudFront, in which `text` stands. */
const inDistribution = (what: string, text: string, by: string): Mutation => ({
  what,
  type: 'AWS::CloudFront::Distribution',
  change: replace('DistributionConfig', text, by),
});

/** Of a stage behind CloudFront. */
export const CDN: readonly Mutation[] = [
  inDistribution('that viewers may come by HTTP', '"redirect-to-https"', '"allow-all"'),
  inDistribution('that HTTP/3 is off', '"http2and3"', '"http2"'),
  inDistribution('that IPv6 is off', '"IPV6Enabled":true', '"IPV6Enabled":false'),
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
    prefix: 'CdnPages',
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

/** Of a stage behind CloudFront that is open. */
export const OPEN_CDN: readonly Mutation[] = [
  inDistribution(
    'that the API is cached',
    '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    '658327ea-f89d-4fab-a63d-7e88639e58f6',
  ),
];

/** Of a stage behind CloudFront that asks for keys. */
export const CLOSED_CDN: readonly Mutation[] = [
  {
    what: 'that credentials do not reach the function',
    type: 'AWS::CloudFront::CachePolicy',
    prefix: 'CdnCredentials',
    change: replace('CachePolicyConfig', '"Authorization",', ''),
  },
  {
    what: 'that answers for one caller are kept',
    type: 'AWS::CloudFront::CachePolicy',
    prefix: 'CdnCredentials',
    change: replace('CachePolicyConfig', '"MinTTL":0', '"MinTTL":1'),
  },
  {
    what: 'that pages are kept by who asks',
    type: 'AWS::CloudFront::CachePolicy',
    prefix: 'CdnPages',
    change: replace('CachePolicyConfig', '"Accept",', '"Accept","Authorization",'),
  },
  {
    what: 'that the function asks for no key',
    type: 'AWS::Lambda::Function',
    prefix: 'ApiFunction',
    change: replace('Environment', '"ACCESS"', '"OTHER"'),
  },
  { what: 'that the table of keys is gone', type: 'AWS::DynamoDB::GlobalTable', prefix: 'Keys', change: remove },
];
