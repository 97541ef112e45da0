import { type Duration, Validations } from 'aws-cdk-lib';
import {
  type IOrigin,
  OriginProtocolPolicy,
  VpcOriginEndpoint,
  VpcOrigin as VpcOriginResource,
} from 'aws-cdk-lib/aws-cloudfront';
import { VpcOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type IPeer, type IVpc, Peer, Port, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AlarmSet } from '../../alarms/alarm-set.ts';
import type { FailedShare } from '../../alarms/availability-alarms.ts';
import type { Row } from '../../dashboard/graphs.ts';
import { AwsPrefixList } from '../../network/aws-prefix-list.ts';
import { AccessLogBucket } from '../access-log-bucket.ts';
import type { Domain } from '../domain.ts';
import type { Front, FrontOriginProps } from '../front.ts';
import { addLoadBalancerAlarms, failedAtLoadBalancer } from './alarms.ts';
import { type BalancerExposure, listen, listenerPorts } from './listeners.ts';
import { loadBalancerRows } from './rows.ts';
import { functionTargetGroup } from './target-group.ts';

/** A rule takes at most five values of its conditions (Elastic Load Balancing user guide, "Quotas"). */
const VALUES_PER_RULE = 5;

export interface LoadBalancerProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly exposure: BalancerExposure;
  /** The alias that is invoked: it leads to the version that serves. */
  readonly alias: Alias;
  /** The paths of the routes: `/app/{id}`. */
  readonly paths: readonly string[];
  /** @default - HTTP only, under the load balancer's own name */
  readonly domain?: Domain | undefined;
  readonly accessLogRetention: Duration;
  readonly logRetention: RetentionDays;
  /** Whether it refuses to be deleted. */
  readonly protect: boolean;
}

/** A load balancer that invokes the function for the paths of its routes, and answers 404 itself for all others. */
export class LoadBalancer extends Construct implements Front {
  readonly exposure: BalancerExposure;
  /** Its address, if it is public. */
  readonly url: string | undefined;
  readonly failedShare: FailedShare = failedAtLoadBalancer(this);
  private readonly balancer: elb.ApplicationLoadBalancer;
  private readonly targetGroup: elb.ApplicationTargetGroup;
  private readonly domain: Domain | undefined;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { vpc, subnets, exposure, alias, paths, domain, accessLogRetention, protect } = props;
    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: subnets,
      securityGroup: this.groupFor(props),
      internetFacing: exposure === 'public',
      dropInvalidHeaderFields: true,
      // The strictest mode refuses GET with Content-Length: 0, which PowerShell and several libraries send (docs/fronts.md).
      desyncMitigationMode: elb.DesyncMitigationMode.DEFENSIVE,
      deletionProtection: protect,
    });
    const logs = new AccessLogBucket(this, 'AccessLogs', { retention: accessLogRetention });
    balancer.logAccessLogs(logs.bucket);
    // On the way down the load balancer goes before the bucket is emptied.
    balancer.node.addDependency(logs.bucket);

    const listener = listen(this, balancer, exposure, domain);
    const targetGroup = functionTargetGroup(this, 'Function', alias);
    const patterns = paths.map((path) => path.replaceAll(/\{[^}]+\}/g, '*'));
    for (let first = 0; first < patterns.length; first += VALUES_PER_RULE) {
      listener.addTargetGroups(`Routes${first / VALUES_PER_RULE + 1}`, {
        targetGroups: [targetGroup],
        conditions: [elb.ListenerCondition.pathPatterns(patterns.slice(first, first + VALUES_PER_RULE))],
        priority: 10 + first,
      });
    }
    const address = domain ? `https://${domain.name}` : `http://${balancer.loadBalancerDnsName}`;
    this.exposure = exposure;
    this.url = exposure === 'public' ? address : undefined;
    this.balancer = balancer;
    this.targetGroup = targetGroup;
    this.domain = domain;
  }

  /** A metric of the load balancer. */
  metric(name: string, options: MetricOptions): Metric {
    return this.balancer.metrics.custom(name, options);
  }

  /** A metric of what it does with the function. */
  targetMetric(name: string, options: MetricOptions): Metric {
    const { loadBalancerFullName: LoadBalancer } = this.balancer;
    const { targetGroupFullName: TargetGroup } = this.targetGroup;
    return this.metric(name, options).with({ dimensionsMap: { LoadBalancer, TargetGroup } });
  }

  /**
   * The load balancer as CloudFront reaches it inside of the VPC: by HTTPS if it has a certificate. An origin that is in
   * use cannot be changed (CloudFront API reference, UpdateVpcOrigin), so one of another protocol is another one.
   *
   * @param edge where the distribution is
   */
  originOf(edge: Construct, props: FrontOriginProps): IOrigin {
    const { balancer, domain } = this;
    const vpcOrigin = new VpcOriginResource(edge, domain ? 'HttpsOrigin' : 'HttpOrigin', {
      endpoint: VpcOriginEndpoint.applicationLoadBalancer(balancer),
      protocolPolicy: domain ? OriginProtocolPolicy.HTTPS_ONLY : OriginProtocolPolicy.HTTP_ONLY,
    });
    // With a domain, the name that CloudFront asks the certificate for; no record of it leads here.
    const domainName = domain?.name ?? balancer.loadBalancerDnsName;
    return VpcOrigin.withVpcOrigin(vpcOrigin, { ...props, domainName });
  }

  addAlarms(alarms: AlarmSet): void {
    addLoadBalancerAlarms(alarms, this);
  }

  rowsOf(title: string): readonly Row[] {
    return loadBalancerRows(this, title);
  }

  /** It invokes the function through Lambda's own door, not through the VPC, so it connects to nothing. */
  private groupFor({ vpc, exposure, domain, logRetention }: LoadBalancerProps): SecurityGroup {
    const isPublic = exposure === 'public';
    const ports = listenerPorts(exposure, domain);
    // CloudFront's addresses fill a group. One for another port must be another group, or the update to it would not fit.
    const securityGroup = new SecurityGroup(this, isPublic ? 'SecurityGroup' : `SecurityGroup${ports.join()}`, {
      vpc,
      description: `Rollcall load balancer: from ${isPublic ? 'the internet' : 'CloudFront'}`,
      allowAllOutbound: false,
    });
    const clients: IPeer = isPublic
      ? Peer.anyIpv4()
      : new AwsPrefixList(this, 'CloudFront', { name: CLOUDFRONT, logRetention }).peer;
    for (const port of ports) {
      securityGroup.addIngressRule(clients, Port.tcp(port), isPublic ? 'The internet' : 'CloudFront');
    }
    if (isPublic) {
      Validations.of(securityGroup).acknowledge({
        id: 'AwsSolutions-EC23',
        reason: 'It is the way in from the internet, on the ports of its listeners alone.',
      });
    }
    return securityGroup;
  }
}

/** The addresses from which CloudFront connects to origins. They count as 55 of the 60 rules of a group: one port fits. */
const CLOUDFRONT = 'com.amazonaws.global.cloudfront.origin-facing';
