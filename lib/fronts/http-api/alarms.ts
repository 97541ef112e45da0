import { Duration } from 'aws-cdk-lib';
import { type AlarmSet, THREE_OF_FIVE } from '../../alarms/alarm-set.ts';
import type { HttpApi } from './http-api.ts';

const period = Duration.minutes(1);

/** The HTTP API: errors and latency as CloudFront sees them. */
export function addHttpApiAlarms(alarms: AlarmSet, httpApi: HttpApi): void {
  alarms.add('http-api-5xx', {
    // Each request is a sample, 1 for an error and 0 otherwise: the average is the share.
    metric: httpApi.metric('5xx', { statistic: 'Average', period }),
    threshold: 0.05,
    ...THREE_OF_FIVE,
    impact: 'More than 5% of the requests end in an error (500, 502, 503, 504).',
    runbook: 'answers-5xx',
  });
  alarms.add('http-api-latency', {
    metric: httpApi.metric('Latency', { statistic: 'p90', period }),
    threshold: 2000,
    datapoints: [5, 8],
    impact: 'One request in ten takes more than 2 seconds.',
    runbook: 'slow-answers',
    minutes: 10,
  });
}
