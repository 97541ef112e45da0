import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { PEOPLE_SCHEMA } from '../../lambda/store/schema.ts';
import { houseDefaults } from './timestamps-table.ts';

export interface PeopleTableProps {
  /** Whether the table outlives its stack, and refuses to be deleted. */
  readonly protect: boolean;
}

/** The table of the people who are greeted by name. */
export class PeopleTable extends Construct {
  constructor(scope: Construct, id: string, { protect }: PeopleTableProps) {
    super(scope, id);
    new TableV2(this, 'Table', {
      partitionKey: { name: PEOPLE_SCHEMA.partitionKey, type: AttributeType.STRING },
      ...houseDefaults(protect),
    });
  }
}
