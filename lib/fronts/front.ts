import type { Duration } from 'aws-cdk-lib';
import type { IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { AlarmSet } from '../alarms/alarm-set.ts';
import type { FailedShare } from '../alarms/availability-alarms.ts';
import type { Row } from '../dashboard/graphs.ts';

/** The clients of a front: everybody, CloudFront alone, or those who are inside of a network. */
export type Exposure = 'public' | 'cloudfront' | 'private';

/** The way in which CloudFront asks a front. */
export interface FrontOriginProps {
  /** The headers that it adds to each request. */
  readonly customHeaders: Record<string, string>;
  /** How long it waits for an answer. */
  readonly readTimeout: Duration;
}

/** A maker of CloudFront's origin, which lies in the stack of the distribution. */
export type OriginFactory = (edge: Construct) => IOrigin;

/** The construct that takes requests and invokes the function with them. The rest of a stage knows fronts by this alone. */
export interface Front {
  readonly exposure: Exposure;
  /** The address that clients are given. @default - they are given that of CloudFront */
  readonly url?: string | undefined;
  /** The front as CloudFront asks it. @default - CloudFront cannot stand before it */
  originOf?(edge: Construct, props: FrontOriginProps): IOrigin;
  /** The share of its requests that failed, as clients see it. @default - it is measured before it */
  readonly failedShare?: FailedShare;
  addAlarms(alarms: AlarmSet): void;
  /** Its rows of the dashboard, whose graphs begin with a title. */
  rowsOf(title: string): readonly Row[];
}
