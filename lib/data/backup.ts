import { Arn, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupVault,
  CfnRestoreTestingPlan,
  CfnRestoreTestingSelection,
} from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import * as v from 'valibot';
import { actionsOf } from './table.ts';

export interface BackupProps {
  readonly stage: string;
  readonly tableArns: readonly string[];
  /** How many days a backup is kept. */
  readonly keepDays: number;
}

/** The tables that restore tests make, which AWS Backup names and deletes by itself. */
const TEST_TABLES = 'awsbackup-restore-test-*';
/** A restore test takes one of the backups of the last week. */
const TESTED_DAYS = 7;
/** What a restore does on behalf of whoever asks for it (DynamoDB developer guide, "Using IAM with backup and restore"). */
const RESTORE = ['BatchWriteItem', 'DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'];

/**
 * Daily backups of tables, in a vault that outlives the stack and from which nobody deletes one before its time, and a
 * restore of each once a month.
 */
export class Backup extends Construct {
  constructor(scope: Construct, id: string, { stage, tableArns, keepDays }: BackupProps) {
    super(scope, id);
    const vault = new BackupVault(this, 'Vault', {
      removalPolicy: RemovalPolicy.RETAIN,
      blockRecoveryPointDeletion: true,
    });
    const plan = new BackupPlan(this, 'Plan', { backupVault: vault });
    plan.addRule(
      new BackupPlanRule({
        ruleName: 'daily',
        scheduleExpression: Schedule.cron({ minute: '0', hour: '3' }),
        deleteAfter: Duration.days(keepDays),
      }),
    );
    plan.addSelection('Tables', {
      resources: tableArns.map(BackupResource.fromArn),
      role: this.backupRole(tableArns, vault.backupVaultArn),
      disableDefaultBackupPolicy: true,
    });
    // Names of these are of letters, digits and _ only.
    const name = `rollcall_${stage.replaceAll('-', '_')}`.slice(0, 50);
    const tests = new CfnRestoreTestingPlan(this, 'Tests', {
      restoreTestingPlanName: name,
      scheduleExpression: 'cron(0 5 1 * ? *)',
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: [vault.backupVaultArn],
        recoveryPointTypes: ['SNAPSHOT'],
        selectionWindowDays: TESTED_DAYS,
      },
    });
    new CfnRestoreTestingSelection(this, 'TestedTables', {
      restoreTestingPlanName: tests.ref,
      restoreTestingSelectionName: 'tables',
      protectedResourceType: 'DynamoDB',
      protectedResourceArns: [...tableArns],
      iamRoleArn: this.restoreRole(tableArns).roleArn,
    });
  }

  private backupRole(tableArns: readonly string[], vaultArn: string): Role {
    const role = this.roleOf('BackupRole');
    allow(role, ['CreateBackup', 'DescribeTable', 'ListTagsOfResource', 'StartAwsBackupJob'], tableArns);
    allow(role, ['DeleteBackup', 'DescribeBackup'], backupsOf(tableArns));
    const actions = ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'];
    role.addToPolicy(new PolicyStatement({ actions, resources: [vaultArn] }));
    return role;
  }

  /** It reads backups, and writes nothing but the tables of restore tests. */
  private restoreRole(tableArns: readonly string[]): Role {
    const role = this.roleOf('RestoreRole');
    allow(role, ['DescribeBackup', 'RestoreTableFromBackup'], backupsOf(tableArns));
    const tables = Arn.format({ service: 'dynamodb', resource: 'table', resourceName: TEST_TABLES }, Stack.of(this));
    allow(role, [...RESTORE, 'DeleteTable', 'RestoreTableFromAwsBackup'], [tables]);
    return role;
  }

  private roleOf(id: string): Role {
    return new Role(this, id, { assumedBy: new ServicePrincipal('backup.amazonaws.com') });
  }
}

function allow(role: Role, operations: readonly string[], resources: readonly string[]): void {
  role.addToPolicy(new PolicyStatement({ actions: actionsOf(operations), resources: [...resources] }));
  const reason = 'The backups of each table, and the tables of restore tests: AWS Backup chooses their names.';
  for (const resource of resources.filter((one) => one.endsWith('*'))) {
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${inFindings(role, resource)}]`, reason });
  }
}

/** An ARN as cdk-nag writes it: `<TimestampsTable1.Arn>/backup/*`. */
function inFindings(scope: Construct, arn: string): string {
  const Reference = v.union([
    v.pipe(
      v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.string()]) }),
      v.transform((one) => one['Fn::GetAtt'].join('.')),
    ),
    v.pipe(
      v.object({ Ref: v.string() }),
      v.transform(({ Ref }) => Ref),
    ),
  ]);
  const part = v.union([
    v.string(),
    v.pipe(
      Reference,
      v.transform((name) => `<${name}>`),
    ),
  ]);
  const Joined = v.object({ 'Fn::Join': v.tuple([v.literal(''), v.array(part)]) });
  return v.parse(Joined, Stack.of(scope).resolve(arn))['Fn::Join'][1].join('');
}

function backupsOf(tableArns: readonly string[]): string[] {
  return tableArns.map((arn) => `${arn}/backup/*`);
}
