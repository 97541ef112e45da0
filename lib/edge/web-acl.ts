import { Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { MAX_BODY_BYTES } from '../../lambda/api/http/input.ts';
import { EDGE_REGION } from './edge-region.ts';
import { WebAclLogs } from './web-acl-logs.ts';

export interface WebAclProps {
  /** The most that one address may ask for in five minutes. */
  readonly requestsPer5Minutes: number;
  readonly logRetention: RetentionDays;
}

/**
 * Rules of AWS's core set that the normal use of this API meets, so they only count. A note is free text, in a query, a
 * form or JSON: `<b>`, `../`, `http://10.0.0.1` and `backup.log` are fine in it, and what takes it apart is a validated
 * schema, DynamoDB's own API and pages that escape. For URLs, cookies and headers the same rules block.
 */
const COUNTED = [
  // Scripts of few lines send no User-Agent.
  'NoUserAgent_HEADER',
  // 8 KB for bodies, 2 KB for queries: the app takes 16 KB, and a note of 1 KB may be 3 KB when it is encoded.
  'SizeRestrictions_BODY',
  'SizeRestrictions_QUERYSTRING',
  'CrossSiteScripting_BODY',
  'CrossSiteScripting_QUERYARGUMENTS',
  'EC2MetaDataSSRF_BODY',
  'EC2MetaDataSSRF_QUERYARGUMENTS',
  'GenericLFI_BODY',
  'GenericLFI_QUERYARGUMENTS',
  'GenericRFI_BODY',
  'GenericRFI_QUERYARGUMENTS',
  'RestrictedExtensions_QUERYARGUMENTS',
];

/** AWS's groups of rules, in the order in which they are asked. */
const GROUPS: readonly { readonly name: string; readonly counted?: readonly string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList' },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet' },
  { name: 'AWSManagedRulesCommonRuleSet', counted: COUNTED },
];

const TOO_LARGE = 'tooLarge';
const TOO_MANY = 'tooMany';

/**
 * The firewall of CloudFront, which must lie in us-east-1: addresses that ask too much, bodies too large, known attacks.
 */
export class WebAcl extends Construct {
  readonly arn: string;
  /** The name in its metrics: another stage of the account may have a firewall, too. */
  private readonly metricName: string;

  constructor(scope: Construct, id: string, { requestsPer5Minutes, logRetention }: WebAclProps) {
    super(scope, id);
    this.metricName = Stack.of(this).stackName;
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible(this.metricName),
      customResponseBodies: {
        [TOO_LARGE]: problem(413, 'Content Too Large', `A body has at most ${MAX_BODY_BYTES} bytes.`),
        [TOO_MANY]: problem(429, 'Too Many Requests', 'This address has asked too much; try again in some minutes.'),
      },
      rules: [
        {
          name: 'RatePerAddress',
          priority: 0,
          statement: {
            rateBasedStatement: { limit: requestsPer5Minutes, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
          },
          action: answer(429, TOO_MANY),
          visibilityConfig: visible('RatePerAddress'),
        },
        {
          name: 'BodySize',
          priority: 1,
          statement: {
            sizeConstraintStatement: {
              // Of CloudFront's requests it reads 16 KB, which is what the app takes; more than that is a match, too.
              fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
              comparisonOperator: 'GT',
              size: MAX_BODY_BYTES,
              textTransformations: [{ priority: 0, type: 'NONE' }],
            },
          },
          action: answer(413, TOO_LARGE),
          visibilityConfig: visible('BodySize'),
        },
        ...GROUPS.map(({ name, counted = [] }, index) => ({
          name,
          priority: 2 + index,
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          overrideAction: { none: {} },
          visibilityConfig: visible(name),
        })),
      ],
    });
    new WebAclLogs(this, 'Logs', { acl, retention: logRetention });
    this.arn = acl.attrArn;
  }

  /** A metric of all of its rules. For CloudFront without a region (WAF developer guide, "Metrics and dimensions"). */
  metric(metricName: string, options: MetricOptions): Metric {
    const dimensionsMap = { WebACL: this.metricName, Rule: 'ALL' };
    return new Metric({ namespace: 'AWS/WAFV2', metricName, dimensionsMap, region: EDGE_REGION, ...options });
  }
}

/** Metrics for each rule; no samples of requests, which show what people wrote to whoever may see the console. */
function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}

function answer(responseCode: number, customResponseBodyKey: string): CfnWebACL.RuleActionProperty {
  return { block: { customResponse: { responseCode, customResponseBodyKey } } };
}

/** As the app would answer (RFC 9457); its media type cannot be chosen here. */
function problem(status: number, title: string, detail: string): CfnWebACL.CustomResponseBodyProperty {
  const content = JSON.stringify({ type: 'about:blank', title, status, detail });
  return { contentType: 'APPLICATION_JSON', content };
}
