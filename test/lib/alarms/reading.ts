/**
 * What CloudWatch's documents leave open, or say differently in different places. Alarms have to be right in each of these
 * readings. Sources: CloudWatch user guide, "Using metric math", "Alarm evaluation" and "Configuring how alarms treat
 * missing data"; API reference, PutMetricAlarm.
 */
export interface Reading {
  readonly name: string;
  /** Whether arithmetic takes what is missing in one series for 0, as the guide says, or misses the result, too. */
  readonly missingIsZero: boolean;
  /** Whether FILL fills a series that has no data at all in the evaluation range. */
  readonly fillsEmpty: boolean;
  /** How many more data points than evaluation periods are asked for; the guide's examples have 2. */
  readonly extraPoints: number;
  /** Whether alarms on metrics of DynamoDB keep their state while data is missing, whatever they say (the API reference). */
  readonly dynamodbIgnoresMissing: boolean;
  /** After how many minutes a minute's data is there. No document promises one. */
  readonly delay: number;
}

export const READINGS: readonly Reading[] = [
  {
    name: 'the user guide, data after one minute',
    missingIsZero: true,
    fillsEmpty: true,
    extraPoints: 2,
    dynamodbIgnoresMissing: true,
    delay: 1,
  },
  {
    name: 'FILL leaves empty series empty, data after three minutes',
    missingIsZero: true,
    fillsEmpty: false,
    extraPoints: 2,
    dynamodbIgnoresMissing: true,
    delay: 3,
  },
  {
    name: 'arithmetic misses what one side misses, five more points are asked for',
    missingIsZero: false,
    fillsEmpty: true,
    extraPoints: 5,
    dynamodbIgnoresMissing: false,
    delay: 2,
  },
];

/** What comes from all edge locations comes later than what comes from one region. */
export function delayOf(namespace: string, { delay }: Reading): number {
  return namespace === 'AWS/CloudFront' || namespace === 'AWS/WAFV2' ? 2 * delay : delay;
}
