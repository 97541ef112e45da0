import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PeopleTable } from './people-table.ts';
import { type TableProtection, TimestampsTable } from './timestamps-table.ts';

export interface DataStackProps extends StackProps {
  readonly protection: TableProtection;
}

/** What must not be lost: the tables. */
export class DataStack extends Stack {
  readonly timestamps: TimestampsTable;
  readonly people: PeopleTable;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.timestamps = new TimestampsTable(this, 'Timestamps', props.protection);
    this.people = new PeopleTable(this, 'People', props.protection);
  }
}
