import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/api/env.ts';
import { TIMESTAMPS_ACTIONS, TIMESTAMPS_SCHEMA } from '../../lambda/core/dynamo/tables.ts';
import { pinExports } from '../pin-exports.ts';

/** The table of timestamps, with its index by source. */
export class TimestampsTable extends Construct {
  private readonly table: TableV2;

  get tableName(): string {
    return this.table.tableName;
  }

  constructor(scope: Construct, id: string, protection: TableProtection) {
    super(scope, id);
    const { partitionKey, sortKey, expiry, bySource } = TIMESTAMPS_SCHEMA;
    const key = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new TableV2(this, 'Table', {
      partitionKey: key(partitionKey),
      sortKey: key(sortKey),
      globalSecondaryIndexes: [
        {
          indexName: bySource.indexName,
          partitionKey: key(bySource.partitionKey),
          sortKey: key(bySource.sortKey),
        },
      ],
      timeToLiveAttribute: expiry,
      ...houseDefaults(protection),
    });
    pinTable(this.table);
  }

  /** Lets a function call what the store calls, and tells it the name of the table. */
  bindTo(fn: LambdaFunction): void {
    const { tableArn, tableName } = this.table;
    fn.addEnvironment(ENV.timestampsTable, tableName);
    const indexArn = `${tableArn}/index/${TIMESTAMPS_SCHEMA.bySource.indexName}`;
    Grant.addToPrincipal({
      grantee: fn,
      actions: [...TIMESTAMPS_ACTIONS.table],
      resourceArns: [tableArn],
    }).assertSuccess();
    Grant.addToPrincipal({
      grantee: fn,
      actions: [...TIMESTAMPS_ACTIONS.index],
      resourceArns: [indexArn],
    }).assertSuccess();
  }
}

/** What tables are protected by. */
export interface TableProtection {
  /** Whether the table outlives its stack, and refuses to be deleted. */
  readonly protect: boolean;
  /** How many days back it can be restored to any point in time. */
  readonly recoveryDays: number;
}

/** What every table of the house has. */
export function houseDefaults({ protect, recoveryDays }: TableProtection) {
  return {
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: recoveryDays },
    deletionProtection: protect,
    removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  };
}

/** Keeps the exports of a table, whoever uses it. */
export function pinTable({ stack, tableArn, tableName }: TableV2): void {
  pinExports(stack, [tableArn, tableName]);
}
