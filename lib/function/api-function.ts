import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  CfnSecurityGroup,
  type IPeer,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Alias, type Code, Function as LambdaFunction, SystemLogLevel, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/api/env.ts';
import type { ClientIpMode } from '../../lambda/api/http/caller-address.ts';
import { FUNCTION_DEFAULTS, loggedRole } from './function-defaults.ts';
import { TraceSampling } from './trace-sampling.ts';

export interface ApiFunctionProps {
  /** Under whose name the function counts. */
  readonly stage: string;
  /** The bundle that build/bundle.ts builds. */
  readonly code: Code;
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** The addresses of DynamoDB, the only ones that the function may connect to. */
  readonly dynamodb: IPeer;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly shards: number;
  /** @default - as many as are written */
  readonly readShards?: number | undefined;
  /** @default - timestamps are kept for ever */
  readonly timestampRetentionDays?: number | undefined;
  readonly logRetention: RetentionDays;
  /** The origins whose pages may use the API. */
  readonly corsOrigins: readonly string[];
  /** How much of the clients' addresses is stored and logged. */
  readonly clientIp: ClientIpMode;
  /** Which share of the requests is traced; 0 for none. */
  readonly traceSampling: number;
}

/** What leads to the version that serves. */
const ALIAS = 'live';

const NETWORK_INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** The function: the bundle, in subnets without a way to the internet, with no right but to log until a table is bound. */
export class ApiFunction extends Construct {
  readonly fn: LambdaFunction;
  /** What is invoked: the version that serves. */
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const {
      stage,
      code,
      vpc,
      subnets,
      dynamodb,
      memoryMb,
      timeout,
      shards,
      readShards,
      timestampRetentionDays,
      logRetention,
      corsOrigins,
      clientIp,
      traceSampling,
    } = props;
    const { logGroup, role } = loggedRole(this, 'Role', logRetention);
    const networkInterfaces = this.allowNetworkInterfaces(role);

    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Rollcall function: to DynamoDB and nowhere else',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(dynamodb, Port.tcp(443), 'DynamoDB');
    denyTheRest(securityGroup);
    // On the way down the group goes first, and it cannot go before Lambda has removed its network interfaces from it.
    // For that Lambda needs the role's rights, so they go after it (aws-cdk issues 6701, 12827, 34400).
    securityGroup.node.addDependency(networkInterfaces);

    this.fn = new LambdaFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      code,
      role,
      memorySize: memoryMb,
      timeout,
      vpc,
      vpcSubnets: subnets,
      securityGroups: [securityGroup],
      logGroup,
      // A line of the function says what Lambda would, of requests that succeed; of others, Lambda still says it.
      systemLogLevelV2: SystemLogLevel.WARN,
      // Lambda sends traces itself, not from inside of the VPC.
      tracing: traceSampling > 0 ? Tracing.ACTIVE : Tracing.DISABLED,
      // Old versions stay, so that the alias can go back to them, and go with the function. One that was made by a
      // deployment that failed goes with it: Lambda would not make the same one again.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        [ENV.shards]: String(shards),
        ...(readShards && { [ENV.readShards]: String(readShards) }),
        [ENV.clientIp]: clientIp,
        [ENV.stage]: stage,
        ...(corsOrigins.length > 0 && { [ENV.corsOrigins]: corsOrigins.join(',') }),
        ...(timestampRetentionDays && { [ENV.retentionDays]: String(timestampRetentionDays) }),
      },
    });
    this.fn.node.addDependency(networkInterfaces, securityGroup);
    this.denyNetworkInterfaces(role);
    this.alias = new Alias(this, 'Live', { aliasName: ALIAS, version: this.fn.currentVersion });
    Validations.of(this.fn).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Its caller waits for the answer; nothing is queued that could be lost.',
    });
    this.trace(role, traceSampling);
  }

  private trace(role: Role, share: number): void {
    if (share === 0) {
      Validations.of(this.fn).acknowledge({
        id: 'Serverless-LambdaTracing',
        reason: 'The stage is one without traces: traceSampling is 0.',
      });
      return;
    }
    new TraceSampling(this, 'TraceSampling', { fn: this.fn, share });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'xray:PutTraceSegments and xray:PutTelemetryRecords, which only add, cannot be limited to a resource.',
    });
  }

  /** Lambda needs those rights, the code in the function does not (Lambda developer guide, "Giving functions access"). */
  private denyNetworkInterfaces(role: Role): void {
    // With its version, too, should Lambda say that.
    const code = [this.fn.functionArn, `${this.fn.functionArn}:*`];
    const conditions = { ArnLike: { 'lambda:SourceFunctionArn': code } };
    const statement = new PolicyStatement({
      effect: Effect.DENY,
      actions: NETWORK_INTERFACE_ACTIONS,
      resources: ['*'],
      conditions,
    });
    new Policy(this, 'NoNetworkInterfacesForCode', { roles: [role], statements: [statement] });
  }

  /** What Lambda does with a role to put a function into a VPC (Lambda developer guide, "Required IAM permissions"). */
  private allowNetworkInterfaces(role: Role): Policy {
    const policy = new Policy(this, 'NetworkInterfaces', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: NETWORK_INTERFACE_ACTIONS,
          resources: ['*'],
        }),
      ],
    });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda makes the interfaces itself and checks these rights on any resource.',
    });
    return policy;
  }
}

/**
 * EC2 lets everything out of a group that has no rule of its own, and a rule for a list whose id is not known yet is a
 * resource beside the group. So the group gets the rule that CDK gives to groups without any, which allows nothing.
 */
function denyTheRest(securityGroup: SecurityGroup): void {
  const resource = securityGroup.node.defaultChild;
  if (!(resource instanceof CfnSecurityGroup)) throw new TypeError('A security group has no resource.');
  resource.securityGroupEgress = [
    {
      cidrIp: '255.255.255.255/32',
      ipProtocol: 'icmp',
      fromPort: 252,
      toPort: 86,
      description: 'Disallow all traffic',
    },
  ];
}
