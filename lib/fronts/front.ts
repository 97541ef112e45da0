import type { Duration } from 'aws-cdk-lib';
import type { IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/** How CloudFront asks what stands in front of the function. */
export interface FrontOriginProps {
  /** What it adds to each request. */
  readonly customHeaders: Record<string, string>;
  /** How long it waits for an answer. */
  readonly readTimeout: Duration;
}

/** Makes the origin of a distribution, in the stack where that is. */
export type OriginFactory = (edge: Construct) => IOrigin;
