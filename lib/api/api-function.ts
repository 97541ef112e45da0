import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alias, type Code, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type AccessMode, ENV } from '../../lambda/api/env.ts';
import type { ClientIpMode } from '../../lambda/api/http/caller-address.ts';
import type { ProviderConfig } from '../../lambda/core/access/provider-config.ts';
import type { Table } from '../data/table.ts';
import type { Isolation } from '../function/isolation.ts';
import { type FunctionMonitoring, ServiceFunction } from '../function/service-function.ts';
import { TraceSampling } from '../function/trace-sampling.ts';

export interface ApiFunctionProps {
  /** The name under which the function counts. */
  readonly stage: string;
  /** Whether callers need a key. */
  readonly access: AccessMode;
  /** Whether it knows who should answer. */
  readonly watch: boolean;
  /** Who vouches for whoever has no key. @default - nobody does */
  readonly oidc?: ProviderConfig | undefined;
  readonly code: Code;
  readonly isolation: Isolation;
  readonly tables: readonly Table[];
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** @default - as many as the account has */
  readonly reservedConcurrency?: number | undefined;
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
  /** The share of the requests that is traced; 0 for none. */
  readonly traceSampling: number;
}

/** The name of the alias that leads to the version that serves. */
const ALIAS = 'live';

/** The function that answers HTTP. */
export class ApiFunction extends ServiceFunction {
  /** The alias that fronts invoke: it leads to the version that serves. */
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    const { code, isolation, tables, memoryMb, timeout, logRetention, traceSampling: share } = props;
    super(scope, id, {
      code,
      isolation,
      uses: { as: 'api', tables },
      memoryMb,
      timeout,
      reservedConcurrency: props.reservedConcurrency,
      logRetention,
      environment: environmentOf(props),
      // A line of the function says what Lambda would, of requests that succeed; of others, Lambda still says it.
      systemLogLevel: SystemLogLevel.WARN,
      // Old versions stay, so that the alias can go back to them, and go with the function. One that was made by a
      // deployment that failed goes with it: Lambda would not make the same one again.
      versions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      monitoring: monitoringOf(timeout),
      traces: share > 0 ? 'active' : { noneBecause: 'The stage is one without traces: traceSampling is 0.' },
      deadLetters: { noneBecause: 'Its caller waits for the answer; nothing is queued that could be lost.' },
    });
    if (props.access === 'keys') for (const table of tables) table.bindTo(this.fn, 'access');
    if (props.watch) for (const table of tables) table.bindTo(this.fn, 'roll');
    this.alias = new Alias(this, 'Live', { aliasName: ALIAS, version: this.fn.currentVersion });
    if (share > 0) new TraceSampling(this, 'TraceSampling', { fn: this.fn, share });
  }
}

function environmentOf(props: ApiFunctionProps): Record<string, string> {
  const { access, oidc, shards, readShards, clientIp, stage, corsOrigins, timestampRetentionDays: days } = props;
  return {
    NODE_OPTIONS: '--enable-source-maps',
    [ENV.shards]: String(shards),
    ...(readShards && { [ENV.readShards]: String(readShards) }),
    [ENV.clientIp]: clientIp,
    [ENV.stage]: stage,
    ...(access !== 'open' && { [ENV.access]: access }),
    ...(oidc && { [ENV.oidc]: JSON.stringify(oidc) }),
    ...(corsOrigins.length > 0 && { [ENV.corsOrigins]: corsOrigins.join(',') }),
    ...(days && { [ENV.retentionDays]: String(days) }),
  };
}

function monitoringOf(timeout: Duration): FunctionMonitoring {
  return {
    alarmPrefix: 'lambda',
    title: 'Function',
    errors: {
      impact: 'Requests end in 502 or 500, because the function crashes or reaches its time-out.',
      runbook: 'function-errors',
    },
    throttles: {
      impact: 'Requests end in 502 or 500, because Lambda has no room to run the function.',
      runbook: 'function-throttles',
    },
    duration: {
      impact: `One request in a hundred takes nearly the ${timeout.toSeconds()} seconds after which it fails.`,
      runbook: 'slow-answers',
    },
  };
}
