import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { graphs, PER_MINUTE, type Row } from '../../dashboard/graphs.ts';
import type { HttpApi } from './http-api.ts';

const sum: MetricOptions = { ...PER_MINUTE, statistic: 'Sum' };
const PERCENTILES = ['p50', 'p90', 'p99'];

/** The row of an HTTP API. */
export function httpApiRow(httpApi: HttpApi, title: string): Row {
  return graphs(
    {
      title: `${title}: requests and errors a minute`,
      metrics: [
        httpApi.metric('Count', { ...sum, label: 'requests' }),
        httpApi.metric('4xx', { ...sum, label: 'of the client (4xx)' }),
        httpApi.metric('5xx', { ...sum, label: 'of the service (5xx)' }),
      ],
    },
    {
      title: `${title}: time to the answer, ms`,
      metrics: PERCENTILES.map((statistic) =>
        httpApi.metric('Latency', { ...PER_MINUTE, statistic, label: statistic }),
      ),
    },
  );
}
