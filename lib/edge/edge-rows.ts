import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { graphs, PER_MINUTE, type Row } from '../dashboard/graphs.ts';
import type { Cdn } from './cdn.ts';
import type { WebAcl } from './web-acl.ts';

const sum: MetricOptions = { ...PER_MINUTE, statistic: 'Sum' };
const average: MetricOptions = { ...PER_MINUTE, statistic: 'Average' };

/** The row of CloudFront, as users feel it. It measures no latency without charge: the front behind it does. */
export function cdnRow(cdn: Cdn, availabilityObjective: number): Row {
  return graphs(
    { title: 'What users feel: requests a minute', metrics: [cdn.metric('Requests', { ...sum, label: 'requests' })] },
    {
      title: 'What users feel: errors, % of the requests',
      metrics: [
        cdn.metric('5xxErrorRate', { ...average, label: 'of the service (5xx)' }),
        cdn.metric('4xxErrorRate', { ...average, label: 'of the client (4xx)' }),
      ],
      annotations: [{ value: Number((100 - availabilityObjective).toFixed(4)), label: 'the error budget' }],
    },
  );
}

/** The row of the firewall, in the region of CloudFront. */
export function firewallRow(acl: WebAcl): Row {
  return graphs({
    title: 'Firewall: requests a minute',
    metrics: [
      acl.metric('AllowedRequests', { ...sum, label: 'let through' }),
      acl.metric('BlockedRequests', { ...sum, label: 'blocked' }),
    ],
  });
}
