import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { graphs, PER_MINUTE, type Row } from '../../dashboard/graphs.ts';
import type { LoadBalancer } from './load-balancer.ts';

const sum: MetricOptions = { ...PER_MINUTE, statistic: 'Sum' };
const average: MetricOptions = { ...PER_MINUTE, statistic: 'Average' };
const PERCENTILES = ['p50', 'p90', 'p99'];

/** The rows of a load balancer. */
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
