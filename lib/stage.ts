import { type App, Aspects, LegacyStackSynthesizer, Tags } from 'aws-cdk-lib';
import { ApiStack } from './api/api-stack.ts';
import { ComplianceAcknowledgments } from './compliance.ts';
import { type DeliveryConfig, qualifierOf, regionsOf } from './config/delivery-config.ts';
import type { StageConfig } from './config/read-stage.ts';
import { MonitoringStack } from './dashboard/monitoring-stack.ts';
import { DataStack } from './data/data-stack.ts';
import { tableUsersOf } from './data/data-values.ts';
import { DeliveryStack } from './delivery/delivery-stack.ts';
import { EDGE_REGION } from './edge/edge-region.ts';
import { EdgeStack } from './edge/edge-stack.ts';
import { exposureOf } from './fronts/front-values.ts';
import { listenerPorts } from './fronts/load-balancer/listeners.ts';
import { type Bundles, codeFrom } from './function/bundles.ts';
import { ProviderLogs } from './function/provider-logs.ts';
import { NetworkStack } from './network/network-stack.ts';

/** The name that all stacks of a stage begin with. */
function stackNamePrefix(stage: string): string {
  return `rollcall-${stage}`;
}

/** The stacks of a stage, for the bootstrap that the context `delivery` names. */
export function createStacks(app: App, config: StageConfig, bundles: Bundles): void {
  const name = stackNamePrefix(config.stage);
  const qualifier = qualifierOf(app.node.tryGetContext('delivery'), config.stage);
  if (qualifier !== undefined) app.node.setContext('@aws-cdk/core:bootstrapQualifier', qualifier);
  // No account: the template is the same whoever synthesises it, and with no credentials at all.
  const common = { env: { region: config.region }, terminationProtection: config.protectData };

  const { cdn, domain, protectData: protect, recoveryDays, backupDays, stage } = config;
  const exposure = exposureOf(config);
  const dataStackName = `${name}-data`;
  const users = tableUsersOf(config);
  const network = new NetworkStack(app, `${name}-network`, {
    ...common,
    cidr: config.vpcCidr,
    zones: config.zones,
    exposure,
    listenerPorts: exposure ? listenerPorts(exposure, domain) : [],
    logRetention: config.logRetentionDays,
    dataStackName,
    users,
    dynamodbCidrs: config.dynamodbCidrs,
  });
  const { tables } = new DataStack(app, dataStackName, {
    ...common,
    protection: { protect, recoveryDays },
    limits: config,
    users,
    ...(backupDays !== undefined && { backup: { stage, keepDays: backupDays } }),
  });
  const api = new ApiStack(app, `${name}-api`, { ...common, name, config, codeOf: codeFrom(bundles), network, tables });
  const { origin } = api;
  const env = { region: EDGE_REGION };
  const edge =
    cdn && origin && new EdgeStack(app, `${name}-edge`, { ...common, env, config: { ...config, cdn }, origin });
  if (config.dashboard) new MonitoringStack(app, `${name}-monitoring`, { ...common, name, config, api, edge, tables });

  tag(app, config);
  Aspects.of(app).add(new ProviderLogs(config.logRetentionDays));
  Aspects.of(app).add(new ComplianceAcknowledgments());
}

/** The stack that lets GitHub deploy a stage. */
export function createDeliveryStack(app: App, config: StageConfig, delivery: DeliveryConfig): void {
  new DeliveryStack(app, `${stackNamePrefix(config.stage)}-delivery`, {
    env: { region: config.region },
    terminationProtection: config.protectData,
    // Deployed with the rights of whoever does it, and not by the bootstrap's roles: those are what it gives to GitHub.
    synthesizer: new LegacyStackSynthesizer(),
    config: delivery,
    regions: regionsOf(config),
  });
  tag(app, config);
}

function tag(app: App, { stage }: StageConfig): void {
  Tags.of(app).add('app', 'rollcall');
  Tags.of(app).add('stage', stage);
}
