import { Duration } from 'aws-cdk-lib';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { routes } from '../../lambda/api/routes.ts';
import type { StageConfig } from '../config/read-stage.ts';
import type { NetworkStack } from '../network/network-stack.ts';
import type { Front } from './front.ts';
import { HttpApi } from './http-api/http-api.ts';
import { LoadBalancer } from './load-balancer/load-balancer.ts';

export interface FrontsProps {
  readonly config: StageConfig;
  readonly network: Pick<NetworkStack, 'vpc' | 'balancerSubnets'>;
  /** The alias that is invoked: it leads to the version that serves. */
  readonly alias: Alias;
}

type Create = (scope: Construct, props: FrontsProps & { readonly paths: readonly string[] }) => Front;

/** The fronts that a stage can have, by the name that it calls them in cdk.json. */
const FRONTS: Readonly<Record<StageConfig['front'], Create>> = {
  alb: (scope, { config, network, alias, paths }) =>
    new LoadBalancer(scope, 'LoadBalancer', {
      vpc: network.vpc,
      subnets: network.balancerSubnets,
      exposure: config.cdn ? 'cloudfront' : 'public',
      alias,
      paths,
      domain: config.domain,
      accessLogRetention: Duration.days(config.accessLogRetentionDays),
      logRetention: config.logRetentionDays,
      protect: config.protectData,
    }),
  'http-api': (scope, { config, alias, paths }) =>
    new HttpApi(scope, 'HttpApi', { alias, paths, throttle: config.throttle, logRetention: config.logRetentionDays }),
};

/** The fronts of a stage, for the paths of all routes. */
export function createFronts(scope: Construct, props: FrontsProps): readonly Front[] {
  const paths = [...new Set(routes.map(({ path }) => path))];
  return [FRONTS[props.config.front](scope, { ...props, paths })];
}
