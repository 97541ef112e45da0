import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { certify, type Domain } from '../domain.ts';
import type { Exposure } from '../front.ts';

/** The clients of a load balancer. */
export type BalancerExposure = Exclude<Exposure, 'private'>;

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

/** The ports that a load balancer listens on. CloudFront comes by one, whoever comes from elsewhere may come by HTTP first. */
export function listenerPorts(exposure: BalancerExposure, domain: Domain | undefined): readonly number[] {
  if (domain === undefined) return [80];
  return exposure === 'public' ? [80, 443] : [443];
}

/**
 * Has a load balancer listen, and returns the listener that takes requests: by HTTPS if there is a domain. The records of
 * the name lead to the load balancer only if it is public.
 */
export function listen(
  scope: Construct,
  balancer: elb.ApplicationLoadBalancer,
  exposure: BalancerExposure,
  domain: Domain | undefined,
): elb.ApplicationListener {
  if (domain === undefined) return balancer.addListener('Http', { port: 80, open: false, defaultAction: NOTHING_HERE });
  const { zone, certificate } = certify(scope, domain);
  if (exposure === 'public') {
    new ARecord(scope, 'Alias', {
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
  }
  return balancer.addListener('Https', {
    port: 443,
    open: false,
    certificates: [certificate],
    sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
    defaultAction: NOTHING_HERE,
  });
}
