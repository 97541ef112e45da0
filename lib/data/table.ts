import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { TableDefinition, TableId, TableUser } from '../../lambda/core/dynamo/tables.ts';
import { pinExports } from '../pin-exports.ts';

/** The protection of tables. */
export interface TableProtection {
  /** Whether the table outlives its stack, and refuses to be deleted. */
  readonly protect: boolean;
  /** How many days back it can be restored to any point in time. */
  readonly recoveryDays: number;
}

/** What a table, and each of its indexes, takes in a second. */
export interface TableLimits {
  /** @default - AWS's quota */
  readonly maxReadUnitsPerSecond?: number | undefined;
  /** @default - AWS's quota */
  readonly maxWriteUnitsPerSecond?: number | undefined;
}

export interface TableProps extends TableProtection, TableLimits {
  readonly tableId: TableId;
  readonly definition: TableDefinition;
}

/** A table of the registry, with its indexes. */
export class Table extends Construct {
  readonly tableId: TableId;
  readonly definition: TableDefinition;
  readonly maxReadUnitsPerSecond: number | undefined;
  private readonly table: TableV2;

  get tableName(): string {
    return this.table.tableName;
  }

  /** The ARN of its stream of new images. @throws TypeError if the registry gives it none */
  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new TypeError(`The table ${this.definition.name} has no stream.`);
    return tableStreamArn;
  }

  get tableArn(): string {
    return this.table.tableArn;
  }

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const { tableId, definition, protect, recoveryDays, maxReadUnitsPerSecond, maxWriteUnitsPerSecond } = props;
    const most = { maxReadRequestUnits: maxReadUnitsPerSecond, maxWriteRequestUnits: maxWriteUnitsPerSecond };
    this.maxReadUnitsPerSecond = maxReadUnitsPerSecond;
    this.tableId = tableId;
    this.definition = definition;
    const { partitionKey, sortKey, expiry, stream = false, indexes = {} } = definition;
    const key = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new TableV2(this, 'Table', {
      partitionKey: key(partitionKey),
      ...(sortKey && { sortKey: key(sortKey) }),
      globalSecondaryIndexes: Object.entries(indexes).map(([indexName, index]) => ({
        indexName,
        partitionKey: key(index.partitionKey),
        sortKey: key(index.sortKey),
        ...most,
      })),
      ...(expiry && { timeToLiveAttribute: expiry }),
      ...(stream && { dynamoStream: StreamViewType.NEW_IMAGE }),
      billing: Billing.onDemand(most),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: recoveryDays },
      deletionProtection: protect,
      removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // Whoever uses it.
    pinExports(this.table.stack, [this.table.tableArn, this.table.tableName, ...(stream ? [this.streamArn] : [])]);
  }

  /** Lets a function call what it calls by the registry, and gives it the name of the table. */
  bindTo(grantee: LambdaFunction, user: TableUser): void {
    const { use, env, indexes = {} } = this.definition;
    const calls = use[user];
    if (calls === undefined) return;
    const { tableArn, tableName } = this.table;
    grantee.addEnvironment(env, tableName);
    const { attributes, partitions } = calls;
    const conditions = (attributes ?? partitions) && {
      ...(attributes && {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...attributes] },
        // What was there before is not shown.
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] },
      }),
      ...(partitions && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions] } }),
    };
    const grant = (operations: readonly string[], resourceArns: string[]) =>
      Grant.addToPrincipal({
        grantee,
        actions: actionsOf(operations),
        resourceArns,
        ...(conditions && { conditions }),
      }).assertSuccess();
    grant(calls.table, [tableArn]);
    if (calls.index) {
      grant(
        calls.index,
        Object.keys(indexes).map((name) => `${tableArn}/index/${name}`),
      );
    }
  }
}

/** As policies name operations: `GetItem` is `dynamodb:GetItem`. */
export function actionsOf(operations: readonly string[]): string[] {
  return operations.map((operation) => `dynamodb:${operation}`);
}
