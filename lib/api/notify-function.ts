import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/api/env.ts';
import { FETCH_EVENT } from '../../lambda/core/access/fetch-event.ts';
import type { ProviderConfig } from '../../lambda/core/access/provider-config.ts';
import type { Table } from '../data/table.ts';
import { ServiceFunction } from '../function/service-function.ts';

export interface NotifyFunctionProps {
  /** The name under which the function counts. */
  readonly stage: string;
  readonly oidc: ProviderConfig;
  readonly code: Code;
  readonly tables: readonly Table[];
  readonly logRetention: RetentionDays;
}

/** Two answers of five seconds each, and the write. */
const TIMEOUT = Duration.seconds(20);
const IMPACT =
  'The keys of the identity provider are not fetched. Those of yesterday are good; once it uses others, nobody gets in by its word.';

/**
 * The function that reaches out, and for that is not in the VPC, where no way leads out. It fetches the keys of the identity
 * provider: once an hour, and after a deployment that has changed what is said of it.
 */
export class NotifyFunction extends ServiceFunction {
  constructor(scope: Construct, id: string, { stage, oidc, code, tables, logRetention }: NotifyFunctionProps) {
    const runbook = 'provider-down';
    super(scope, id, {
      description: 'Fetches the keys of the identity provider',
      code,
      uses: { as: 'notify', tables },
      memoryMb: 256,
      timeout: TIMEOUT,
      logRetention,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        [ENV.stage]: stage,
        [ENV.oidc]: JSON.stringify(oidc),
      },
      monitoring: {
        alarmPrefix: 'notify',
        title: 'Reaching out',
        errors: { impact: IMPACT, runbook },
        throttles: { impact: IMPACT, runbook },
        duration: { impact: IMPACT, runbook },
      },
      traces: { noneBecause: 'It is invoked once an hour, and its log says all that it did.' },
      deadLetters: { noneBecause: 'What failed is tried twice more, and again an hour later; its alarm tells.' },
    });
    this.fetchHourly();
    this.fetchOnceDeployed(oidc);
  }

  private fetchHourly(): void {
    const role = new Role(this, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.fn.functionArn] }));
    new Schedule(this, 'Hourly', {
      schedule: ScheduleExpression.rate(Duration.hours(1)),
      target: new LambdaInvoke(this.fn, {
        // CDK would let it invoke all versions, too.
        role: role.withoutPolicyUpdates(),
        input: ScheduleTargetInput.fromObject(FETCH_EVENT),
      }),
    });
  }

  /** An hour without keys would be one without anybody whom the provider vouches for. */
  private fetchOnceDeployed({ issuer }: ProviderConfig): void {
    const fetchKeys = {
      service: 'Lambda',
      action: 'invoke',
      parameters: {
        FunctionName: this.fn.functionName,
        InvocationType: 'Event',
        // Another issuer is another call.
        Payload: JSON.stringify({ ...FETCH_EVENT, issuer }),
      },
      outputPaths: ['StatusCode'],
      physicalResourceId: PhysicalResourceId.of('provider-keys'),
      // No deployment fails for it: the next hour fetches them.
      ignoreErrorCodesMatching: '.*',
    };
    const resource = new AwsCustomResource(this, 'OnceDeployed', {
      onCreate: fetchKeys,
      onUpdate: fetchKeys,
      installLatestAwsSdk: false,
      memorySize: 128,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.fn.functionArn] }),
      ]),
    });
    resource.node.addDependency(this.role);
  }
}
