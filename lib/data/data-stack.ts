import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type TableUser, tablesUsedBy } from '../../lambda/core/dynamo/tables.ts';
import { Backup, type BackupProps } from './backup.ts';
import { Table, type TableLimits, type TableProtection } from './table.ts';

export interface DataStackProps extends StackProps {
  readonly protection: TableProtection;
  readonly limits: TableLimits;
  /** The users of tables in the stage: others have none. */
  readonly users: readonly TableUser[];
  /** @default - no backups beside the point-in-time recovery */
  readonly backup?: Pick<BackupProps, 'stage' | 'keepDays'> | undefined;
}

/** The tables of the registry, as far as the stage uses them: what must not be lost. */
export class DataStack extends Stack {
  readonly tables: readonly Table[];

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.tables = tablesUsedBy(props.users).map(
      ([tableId, definition]) =>
        new Table(this, definition.name, { tableId, definition, ...props.protection, ...props.limits }),
    );
    const tableArns = this.tables.map(({ tableArn }) => tableArn);
    if (props.backup) new Backup(this, 'Backup', { ...props.backup, tableArns });
  }
}
