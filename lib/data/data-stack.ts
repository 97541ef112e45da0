import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TABLE_ENTRIES } from '../../lambda/core/dynamo/tables.ts';
import { Table, type TableLimits, type TableProtection } from './table.ts';

export interface DataStackProps extends StackProps {
  readonly protection: TableProtection;
  readonly limits: TableLimits;
}

/** The tables of the registry: what must not be lost. */
export class DataStack extends Stack {
  readonly tables: readonly Table[];

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.tables = TABLE_ENTRIES.map(
      ([tableId, definition]) =>
        new Table(this, definition.name, { tableId, definition, ...props.protection, ...props.limits }),
    );
  }
}
