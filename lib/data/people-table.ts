import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/api/env.ts';
import { PEOPLE_ACTIONS, PEOPLE_SCHEMA } from '../../lambda/core/dynamo/tables.ts';
import { houseDefaults, pinTable, type TableProtection } from './timestamps-table.ts';

/** The table of the people who are greeted by name. */
export class PeopleTable extends Construct {
  private readonly table: TableV2;

  get tableName(): string {
    return this.table.tableName;
  }

  constructor(scope: Construct, id: string, protection: TableProtection) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: PEOPLE_SCHEMA.partitionKey, type: AttributeType.STRING },
      ...houseDefaults(protection),
    });
    pinTable(this.table);
  }

  /** Lets a function call what the store calls, and tells it the name of the table. */
  bindTo(fn: LambdaFunction): void {
    const { tableArn, tableName } = this.table;
    fn.addEnvironment(ENV.peopleTable, tableName);
    Grant.addToPrincipal({ grantee: fn, actions: [...PEOPLE_ACTIONS], resourceArns: [tableArn] }).assertSuccess();
  }
}
