import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PeopleTable } from '../constructs/people-table.ts';
import { TimestampsTable } from '../constructs/timestamps-table.ts';

export interface DataStackProps extends StackProps {
  /** Whether the tables outlive the stack, and refuse to be deleted. */
  readonly protectData: boolean;
}

/** What must not be lost: the tables. */
export class DataStack extends Stack {
  readonly timestamps: TimestampsTable;
  readonly people: PeopleTable;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { protectData: protect } = props;
    this.timestamps = new TimestampsTable(this, 'Timestamps', { protect });
    this.people = new PeopleTable(this, 'People', { protect });
  }
}
