import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Cdn } from '../edge/cdn.ts';
import type { WebAcl } from '../edge/web-acl.ts';
import type { HttpApi } from '../fronts/http-api/http-api.ts';
import type { LoadBalancer } from '../fronts/load-balancer/load-balancer.ts';
import { graphs, PER_MINUTE, type Row } from './graphs.ts';

const sum: MetricOptions = { ...PER_MINUTE, statistic: 'Sum' };
const average: MetricOptions = { ...PER_MINUTE, statistic: 'Average' };
const PERCENTILES = ['p50', 'p90', 'p99'];

/** What users feel of CloudFront. It measures no latency without charge: that is what stands behind it. */
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

/** The firewall, in the region of CloudFront. */
export function firewallRow(acl: WebAcl): Row {
  return graphs({
    title: 'Firewall: requests a minute',
    metrics: [
      acl.metric('AllowedRequests', { ...sum, label: 'let through' }),
      acl.metric('BlockedRequests', { ...sum, label: 'blocked' }),
    ],
  });
}

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

export function loadBalancerRows(balancer: LoadBalancer, title: string): Row[] {
  const count = (name: string, label: string) => balancer.metric(name, { ...sum, label });
  const ofTarget = (name: string, label: string) => balancer.targetMetric(name, { ...sum, label });
  return [
    graphs(
      { title: `${title}: requests a minute`, metrics: [count('RequestCount', 'requests')] },
      {
        title: `${title}: errors a minute`,
        metrics: [
          count('HTTPCode_Target_5XX_Count', 'of the function (5xx)'),
          count('HTTPCode_ELB_5XX_Count', 'of the load balancer (5xx)'),
          count('HTTPCode_Target_4XX_Count', 'of the client (4xx)'),
        ],
      },
      {
        title: `${title}: time to the answer, s`,
        metrics: PERCENTILES.map((statistic) =>
          balancer.metric('TargetResponseTime', { ...PER_MINUTE, statistic, label: statistic }),
        ),
      },
    ),
    graphs(
      {
        title: 'Load balancer: what goes wrong before the function, a minute',
        metrics: [
          count('RejectedConnectionCount', 'rejected connections'),
          ofTarget('LambdaUserError', 'function not invoked, or its answer not taken'),
          ofTarget('LambdaInternalError', 'Lambda failed'),
        ],
      },
      {
        title: 'Load balancer: connections and capacity units',
        metrics: [
          count('ActiveConnectionCount', 'connections'),
          balancer.metric('ConsumedLCUs', { ...average, label: 'capacity units (LCU)' }),
        ],
      },
    ),
  ];
}
