import { Names } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';

export interface TraceSamplingProps {
  readonly fn: LambdaFunction;
  /** Which share of the requests is traced: 0 to 1. */
  readonly share: number;
}

/** X-Ray takes names of at most 32 characters (API reference, SamplingRule). */
const MAX_NAME = 32;
/** Before the rule of the account, which has 10,000. */
const PRIORITY = 100;

/**
 * Which share of the function's requests X-Ray is to trace. AWS's documents disagree on whether Lambda asks for it: see
 * docs/adr/0016. What is sure is that without tracing, nothing is traced.
 */
export class TraceSampling extends Construct {
  constructor(scope: Construct, id: string, { fn, share }: TraceSamplingProps) {
    super(scope, id);
    new CfnSamplingRule(this, 'Rule', {
      samplingRule: {
        version: 1,
        ruleName: Names.uniqueResourceName(this, { maxLength: MAX_NAME, separator: '-' }),
        priority: PRIORITY,
        // No requests a second that are always traced: with few requests, those would be nearly all.
        reservoirSize: 0,
        fixedRate: share,
        serviceName: fn.functionName,
        serviceType: '*',
        resourceArn: '*',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
      },
    });
  }
}
