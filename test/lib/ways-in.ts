/** Which ways lead from the internet to the function: past CloudFront, where there is one, leads none. */
import { expect } from 'vitest';
import type { Templates } from '../support/synth.ts';
import { distributionOf } from './requirements/cdn.ts';
import { allResources, ofType, textOf } from './requirements/templates.ts';

/** Types by which something else than a permission could have the function run, or a front be reached another way. */
const OTHER_DOORS =
  /^AWS::(Lambda::Url|ApiGateway::|ApiGatewayV2::(DomainName|ApiMapping|VpcLink)|Events::|GlobalAccelerator::|CloudFront::StreamingDistribution)/;

/** The ways, from the outside to the function, one line each. */
export function waysIn(templates: Templates): string[] {
  for (const [id, { Type }] of allResources(templates)) expect(Type, id).not.toMatch(OTHER_DOORS);
  // The one stream that invokes something is that of the roll, and it invokes what sends: nobody outside writes into it.
  for (const [id, { Properties }] of ofType(templates.api, 'AWS::Lambda::EventSourceMapping')) {
    expect(textOf(Properties?.FunctionName ?? null), id).toContain('SendFunction');
    expect(textOf(Properties?.EventSourceArn ?? null), id).toContain('RollTable');
  }
  // Schedules invoke the watch, and nothing that answers.
  for (const [id, { Properties }] of ofType(templates.api, 'AWS::Scheduler::Schedule')) {
    expect(textOf(Properties?.Target ?? null), id).toContain('WatchFunction');
    expect(textOf(Properties?.Target ?? null), id).not.toContain('ApiFunction');
  }
  const permissions = Object.values(templates).flatMap((template) =>
    ofType(template, 'AWS::Lambda::Permission').filter(([, it]) => textOf(it.Properties?.FunctionName).includes('Api')),
  );
  const guard = asksForSecret(templates) ? 'function, with the secret' : 'function';
  return permissions.flatMap(([, { Properties }]) => {
    switch (Properties?.Principal) {
      case 'apigateway.amazonaws.com':
        return [`internet -> HTTP API -> ${guard}`, ...throughCdn(templates, 'HTTP API', guard)];
      case 'elasticloadbalancing.amazonaws.com':
        return balancers(templates, guard);
      default:
        return [`${Properties?.Principal} -> function`];
    }
  });
}

function balancers(templates: Templates, guard: string): string[] {
  return ofType(templates.api, 'AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap(([, { Properties }]) =>
    Properties?.Scheme === 'internal'
      ? throughCdn(templates, 'internal load balancer', guard)
      : [`internet -> load balancer -> ${guard}`, ...throughCdn(templates, 'load balancer', guard)],
  );
}

function throughCdn(templates: Templates, front: string, guard: string): string[] {
  const [distribution] = ofType(templates.edge, 'AWS::CloudFront::Distribution');
  if (distribution === undefined) return [];
  const { Origins, WebACLId } = distributionOf(templates);
  const shown = textOf(Origins).includes('"HeaderName":"x-origin-secret"') ? ', which shows the secret' : '';
  return [`internet ->${WebACLId ? ' firewall ->' : ''} CloudFront${shown} -> ${front} -> ${guard}`];
}

/** The function refuses requests without it (test/api/http/ proves that) if it is told so. */
function asksForSecret({ api }: Templates): boolean {
  return ofType(api, 'AWS::Lambda::Function').some(([, { Properties }]) =>
    textOf(Properties?.Environment ?? null).includes('"ORIGIN_SECRETS":'),
  );
}
