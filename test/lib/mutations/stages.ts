import type { Expected } from '../requirements/expected.ts';
import { CDN, CLOSED_CDN, OPEN_CDN } from './cdn.ts';
import { BALANCER, BUCKET, COMMON } from './common.ts';
import { CANARY, CANARY_BEHIND_CDN, VERSIONS } from './deployment.ts';
import { type Mutation, remove, replace, set, without } from './mutation.ts';
import { WATCH } from './watch.ts';

/** Of a stage with a public load balancer. */
const PUBLIC_BALANCER: readonly Mutation[] = [
  {
    what: 'that nothing limits the requests',
    type: 'AWS::Lambda::Function',
    prefix: 'ApiFunction',
    change: without('ReservedConcurrentExecutions'),
  },
  {
    what: 'that a rule of an ACL is wider',
    type: 'AWS::EC2::NetworkAclEntry',
    prefix: 'PublicAclIn',
    change: without('PortRange'),
  },
];

/** Of a stage with a load balancer that only CloudFront reaches. */
const INTERNAL_BALANCER: readonly Mutation[] = [
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
  { what: 'that the internet gateway is gone', type: 'AWS::EC2::InternetGateway', change: remove },
  {
    what: 'that a rule of an ACL is wider',
    type: 'AWS::EC2::NetworkAclEntry',
    prefix: 'InternalAclIn',
    change: without('PortRange'),
  },
];

/** Of a stage with an HTTP API. */
const HTTP_API: readonly Mutation[] = [
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
    change: replace('AccessLogSettings', '$context.routeKey', '$request.header.x-origin-secret'),
  },
  { what: 'that the right to log would stay', type: 'AWS::Logs::ResourcePolicy', change: remove },
];

/** Of a stage with a firewall. */
const FIREWALL: readonly Mutation[] = [
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
];

/** Of a stage whose data is protected. */
const PROTECTED: readonly Mutation[] = [
  {
    what: 'that the tables can be deleted',
    type: 'AWS::DynamoDB::GlobalTable',
    change: replace('Replicas', '"DeletionProtectionEnabled":true', '"DeletionProtectionEnabled":false'),
  },
];

/** Of a stage whose data is protected, and that has a load balancer. */
const PROTECTED_BALANCER: readonly Mutation[] = [
  {
    what: 'that the load balancer can be deleted',
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    change: replace(
      'LoadBalancerAttributes',
      '"deletion_protection.enabled","Value":"true"',
      '"deletion_protection.enabled","Value":"false"',
    ),
  },
];

/** The mutations that the requirements of a stage must notice, by what it is expected to have. */
export function mutationsOf({
  balancer,
  hasCdn,
  asksForKeys,
  hasFirewall,
  isProtected,
  deployment,
}: Expected): readonly Mutation[] {
  const isCanary = deployment === 'canary';
  const ofBalancer = balancer?.scheme === 'internal' ? INTERNAL_BALANCER : PUBLIC_BALANCER;
  return [
    ...COMMON,
    ...WATCH,
    ...VERSIONS,
    ...(isCanary ? CANARY : []),
    ...(isCanary && hasCdn ? CANARY_BEHIND_CDN : []),
    ...(balancer ? [...BUCKET, ...BALANCER, ...ofBalancer] : HTTP_API),
    ...(hasCdn ? [...CDN, ...(asksForKeys ? CLOSED_CDN : OPEN_CDN)] : []),
    ...(hasFirewall ? FIREWALL : []),
    ...(isProtected ? PROTECTED : []),
    ...(isProtected && balancer ? PROTECTED_BALANCER : []),
  ];
}
