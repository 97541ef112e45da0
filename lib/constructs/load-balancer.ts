import { type Duration, Stack, Validations } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Peer, Port, SecurityGroup, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { AccessLogBucket } from './access-log-bucket.ts';

/** A rule takes at most five values of its conditions (Elastic Load Balancing user guide, "Quotas"). */
const VALUES_PER_RULE = 5;

/** The name under which the API is reached by HTTPS. */
export interface Domain {
  readonly name: string;
  readonly hostedZoneId: string;
  readonly hostedZoneName: string;
}

export interface LoadBalancerProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly fn: LambdaFunction;
  /** The paths of the routes: `/app/{id}`. */
  readonly paths: readonly string[];
  /** @default - HTTP only, under the load balancer's own name */
  readonly domain?: Domain | undefined;
  readonly accessLogRetention: Duration;
}

/** A public load balancer that invokes the function for the paths of its routes, and answers 404 itself for all others. */
export class LoadBalancer extends Construct {
  /** Where the API is reached. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { vpc, subnets, fn, paths, domain, accessLogRetention } = props;
    // It invokes the function through Lambda's own door, not through the VPC, so it connects to nothing.
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Rollcall load balancer: from the internet',
      allowAllOutbound: false,
    });
    for (const port of listenerPorts(domain)) {
      securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'The internet');
    }
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'It is the way in from the internet, on the ports of its listeners alone.',
    });
    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: subnets,
      securityGroup,
      internetFacing: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elb.DesyncMitigationMode.STRICTEST,
    });
    const logs = new AccessLogBucket(this, 'AccessLogs', { retention: accessLogRetention });
    balancer.logAccessLogs(logs.bucket);
    // On the way down the load balancer goes before the bucket is emptied.
    balancer.node.addDependency(logs.bucket);

    const listener = domain ? this.listenHttps(balancer, domain) : this.listenHttp(balancer);
    const targetGroup = this.targetGroupOf(fn);
    const patterns = paths.map((path) => path.replaceAll(/\{[^}]+\}/g, '*'));
    for (let first = 0; first < patterns.length; first += VALUES_PER_RULE) {
      listener.addTargetGroups(`Routes${first / VALUES_PER_RULE + 1}`, {
        targetGroups: [targetGroup],
        conditions: [elb.ListenerCondition.pathPatterns(patterns.slice(first, first + VALUES_PER_RULE))],
        priority: 10 + first,
      });
    }
    this.url = domain ? `https://${domain.name}` : `http://${balancer.loadBalancerDnsName}`;
  }

  private listenHttp(balancer: elb.ApplicationLoadBalancer): elb.ApplicationListener {
    return balancer.addListener('Http', { port: 80, open: false, defaultAction: NOTHING_HERE });
  }

  private listenHttps(balancer: elb.ApplicationLoadBalancer, domain: Domain): elb.ApplicationListener {
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: domain.hostedZoneId,
      zoneName: domain.hostedZoneName,
    });
    const certificate = new Certificate(this, 'Certificate', {
      domainName: domain.name,
      validation: CertificateValidation.fromDns(zone),
    });
    new ARecord(this, 'Alias', {
      zone,
      recordName: `${domain.name}.`,
      target: RecordTarget.fromAlias(new LoadBalancerTarget(balancer)),
    });
    // The same listener as without a domain, so that a domain can be added to what is deployed.
    balancer.addListener('Http', {
      port: 80,
      open: false,
      defaultAction: elb.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    });
    return balancer.addListener('Https', {
      port: 443,
      open: false,
      certificates: [certificate],
      sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
      defaultAction: NOTHING_HERE,
    });
  }

  /** CDK's LambdaTarget lets any load balancer of any account invoke the function; this one only those of this account. */
  private targetGroupOf(fn: LambdaFunction): elb.ApplicationTargetGroup {
    const { account } = Stack.of(this);
    const permissionId = 'LoadBalancer';
    fn.addPermission(permissionId, {
      principal: new ServicePrincipal('elasticloadbalancing.amazonaws.com'),
      sourceAccount: account,
      // Its full name cannot be known here: the group can only be made once it may invoke.
      sourceArn: Stack.of(this).formatArn({
        service: 'elasticloadbalancing',
        resource: 'targetgroup',
        resourceName: '*',
      }),
    });
    const targetGroup = new elb.ApplicationTargetGroup(this, 'Function', {
      targetType: elb.TargetType.LAMBDA,
      multiValueHeadersEnabled: true,
      targets: [
        {
          attachToApplicationTargetGroup: () => ({
            targetType: elb.TargetType.LAMBDA,
            targetJson: { id: fn.functionArn },
          }),
        },
      ],
    });
    targetGroup.node.addDependency(fn.node.findChild(permissionId));
    return targetGroup;
  }
}

/** The ports that the load balancer listens on. */
export function listenerPorts(domain: Domain | undefined): readonly number[] {
  return domain ? [80, 443] : [80];
}

/** No invocation is paid for what scanners ask. */
const NOTHING_HERE = elb.ListenerAction.fixedResponse(404, {
  contentType: 'application/json',
  messageBody: JSON.stringify({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is nothing at this address. GET / says what there is.',
  }),
});
