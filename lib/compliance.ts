import { CfnResource, type IAspect, Stack, Validations } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRoute } from 'aws-cdk-lib/aws-ec2';
import { CfnListener, CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IConstruct } from 'constructs';

const NIST = 'NIST.800.53.R5';
const HIPAA = 'HIPAA.Security';
const PCI = 'PCI.DSS.321';
const ALL = [NIST, HIPAA, PCI];

/** A rule of some standards for a kind of resource, and why it is not followed here. */
interface Acknowledged {
  readonly on: (resource: CfnResource) => boolean;
  readonly rule: string;
  /** The standards that have the rule. */
  readonly by: readonly string[];
  readonly reason: string;
}

const isBucket = (resource: CfnResource) => resource instanceof CfnBucket;
const isFunction = (resource: CfnResource) => resource instanceof CfnFunction;
const isUnlimited = (resource: CfnResource) =>
  resource instanceof CfnFunction && resource.reservedConcurrentExecutions === undefined;
const isSecret = (resource: CfnResource) => resource instanceof CfnSecret;
const isHttpListener = (resource: CfnResource) => resource instanceof CfnListener && resource.protocol === 'HTTP';

const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    on: (resource) => resource instanceof CfnAlarm && !notifies(resource),
    rule: 'CloudWatchAlarmAction',
    by: [NIST, HIPAA],
    reason: 'It is a part of another alarm, which tells when all of its parts are raised.',
  },
  {
    on: (resource) => resource instanceof CfnRoute,
    rule: 'VPCNoUnrestrictedRouteToIGW',
    by: ALL,
    reason: 'The subnets of a public load balancer, and nothing else is in them; its groups and ACLs open one port.',
  },
  {
    on: (resource) => resource instanceof CfnLogGroup,
    rule: 'CloudWatchLogGroupEncrypted',
    by: ALL,
    reason: 'CloudWatch encrypts every log with keys of its own; these expire, and hold no query, body or credential.',
  },
  {
    on: (resource) => resource instanceof CfnPolicy,
    rule: 'IAMNoInlinePolicy',
    by: ALL,
    reason: 'It belongs to one role, is made and goes with it; a managed policy could be given to others, too.',
  },
  {
    on: isUnlimited,
    rule: 'LambdaConcurrency',
    by: [NIST, HIPAA],
    reason: 'What comes in is limited in front, by the throttle or the firewall; a reserve would be taken from others.',
  },
  {
    on: isFunction,
    rule: 'LambdaDLQ',
    by: [NIST, HIPAA],
    reason: 'Its caller waits for the answer; nothing is queued that could be lost.',
  },
  {
    on: (resource) => resource instanceof CfnFunction && resource.vpcConfig === undefined,
    rule: 'LambdaInsideVPC',
    by: ALL,
    reason: 'It asks APIs of AWS during deployments, sees no data of users, and could not reach those from the VPC.',
  },
  {
    on: (resource) => resource instanceof CfnLoadBalancer,
    rule: 'ALBWAFEnabled',
    by: [NIST, PCI],
    reason: 'An internal one has the firewall of CloudFront in front; a public one is a stage for trying things out.',
  },
  {
    on: (resource) => resource instanceof CfnLoadBalancer && !isProtected(resource),
    rule: 'ELBDeletionProtectionEnabled',
    by: [NIST, HIPAA],
    reason: 'The stage is one that can be destroyed: protectData is false, and it leaves nothing behind.',
  },
  ...['ALBHttpToHttpsRedirection', 'ELBv2ACMCertificateRequired'].map((rule) => ({
    on: isHttpListener,
    rule,
    by: ALL,
    reason: 'A certificate needs a name: with a domain it takes HTTPS. Without, CloudFront comes inside of the VPC.',
  })),
  {
    on: isBucket,
    rule: 'S3BucketLoggingEnabled',
    by: ALL,
    reason: 'It holds access logs. Logs of the access to them would need a bucket of the same kind.',
  },
  ...['S3BucketReplicationEnabled', 'S3BucketVersioningEnabled'].map((rule) => ({
    on: isBucket,
    rule,
    by: ALL,
    reason: 'Access logs expire after weeks, and nobody changes them: what is deleted in it is meant to be gone.',
  })),
  {
    on: isBucket,
    rule: 'S3DefaultEncryptionKMS',
    by: ALL,
    reason: 'It is encrypted with keys of S3, the only ones with which a load balancer can write its logs.',
  },
  {
    on: isSecret,
    rule: 'SecretsManagerRotationEnabled',
    by: [NIST, HIPAA],
    reason: 'It is changed by raising originSecretGeneration: function and CloudFront must change in that order.',
  },
  {
    on: isSecret,
    rule: 'SecretsManagerUsingKMSKey',
    by: ALL,
    reason: 'It is encrypted with the key of Secrets Manager; who may read the secret is decided by the account alone.',
  },
];

/** Acknowledges, on each resource, what `npm run compliance` would find, with the reason. */
export class ComplianceAcknowledgments implements IAspect {
  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    for (const { on, rule, by, reason } of ACKNOWLEDGED) {
      if (on(node)) Validations.of(node).acknowledge(...by.map((standard) => ({ id: `${standard}-${rule}`, reason })));
    }
  }
}

/** Its actions, too, are known only when they are asked for. */
function notifies(alarm: CfnAlarm): boolean {
  return Stack.of(alarm).resolve(alarm.alarmActions) !== undefined;
}

/** Its attributes are known only when they are asked for. */
function isProtected(balancer: CfnLoadBalancer): boolean {
  const attributes = JSON.stringify(Stack.of(balancer).resolve(balancer.loadBalancerAttributes));
  return attributes.includes('{"key":"deletion_protection.enabled","value":"true"}');
}
