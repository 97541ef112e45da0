import { Aws, type Duration, Stack } from 'aws-cdk-lib';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AccessLogBucket } from '../fronts/access-log-bucket.ts';

export interface CdnAccessLogsProps {
  readonly distribution: IDistribution;
  readonly retention: Duration;
  /** Whether the addresses of clients are logged. */
  readonly withAddresses: boolean;
}

const ADDRESS = 'c-ip';
/** The fields that are logged of a request. Not its query and its cookies, in which people may have written anything. */
const FIELDS = [
  'timestamp(ms)',
  'x-edge-request-id',
  'x-edge-location',
  'x-edge-result-type',
  'x-edge-detailed-result-type',
  ADDRESS,
  'cs-method',
  'x-host-header',
  'cs-uri-stem',
  'cs-protocol',
  'cs-protocol-version',
  'ssl-protocol',
  'cs-bytes',
  'sc-status',
  'sc-bytes',
  'sc-content-type',
  'time-taken',
  'time-to-first-byte',
  'cs(User-Agent)',
];

/**
 * The access logs of a distribution, as JSON in a bucket that expires them: standard logging of the second version,
 * which needs a policy of the bucket and no ACL, and is set up in us-east-1 (CloudFront developer guide, "Standard
 * logging (v2)").
 */
export class CdnAccessLogs extends Construct {
  constructor(scope: Construct, id: string, { distribution, retention, withAddresses }: CdnAccessLogsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { bucket } = new AccessLogBucket(this, 'Bucket', { retention });
    // Deliveries have names of their own, one for each in the account and region.
    const name = stack.stackName;
    const source = new CfnDeliverySource(this, 'Source', {
      name,
      logType: 'ACCESS_LOGS',
      resourceArn: distribution.distributionArn,
    });
    const destination = new CfnDeliveryDestination(this, 'Destination', {
      name,
      deliveryDestinationType: 'S3',
      destinationResourceArn: bucket.bucketArn,
      outputFormat: 'json',
    });
    const delivery = new CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.ref,
      deliveryDestinationArn: destination.attrArn,
      recordFields: FIELDS.filter((field) => withAddresses || field !== ADDRESS),
    });
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 's3:x-amz-acl': 'bucket-owner-full-control' },
          ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'logs', resource: 'delivery-source:*' }) },
        },
      }),
    );
    // Nothing is delivered before the bucket lets it in, nor after it was emptied.
    delivery.node.addDependency(bucket);
  }
}
