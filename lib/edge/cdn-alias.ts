import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

export interface CdnAliasProps {
  readonly name: string;
  readonly zone: IHostedZone;
  readonly distribution: IDistribution;
}

/** The records that lead a name to a distribution, by IPv4 and by IPv6. */
export class CdnAlias extends Construct {
  constructor(scope: Construct, id: string, { name, zone, distribution }: CdnAliasProps) {
    super(scope, id);
    const record = { zone, recordName: `${name}.`, target: RecordTarget.fromAlias(new CloudFrontTarget(distribution)) };
    new ARecord(this, 'A', record);
    new AaaaRecord(this, 'Aaaa', record);
  }
}
