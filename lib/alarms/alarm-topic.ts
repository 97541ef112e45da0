import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { AlarmSet } from './alarm-set.ts';

export interface AlarmTopicProps {
  /** The addresses that are notified. Each has to confirm a mail from AWS first. */
  readonly emails: readonly string[];
}

/** KMS does not delete a key earlier (API reference, ScheduleKeyDeletion). It costs nothing while it waits. */
const KEY_DELETION_DAYS = 7;

/** The topic that the alarms of a region notify, which mails: it is encrypted with a key of its own. */
export class AlarmTopic extends Construct {
  /** The alarms that notify it. */
  readonly alarms: AlarmSet;

  constructor(scope: Construct, id: string, { emails }: AlarmTopicProps) {
    super(scope, id);
    const cloudwatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    const ownAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    // The key that AWS manages for topics lets no alarm publish: CloudWatch would fail without a word.
    const key = new Key(this, 'Key', {
      description: 'Rollcall: what the alarms say',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(KEY_DELETION_DAYS),
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudwatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ownAccount,
      }),
    );
    const topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudwatch],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: ownAccount,
      }),
    );
    for (const email of emails) {
      const subscription = topic.addSubscription(new EmailSubscription(email));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason:
          'SNS tries a mailbox for hours, and what fails is an alarm of its own; nobody would read a queue of old ones.',
      });
    }

    this.alarms = new AlarmSet(this, topic);
    this.alarms.add('notifications-failed', {
      metric: new Metric({
        namespace: 'AWS/SNS',
        metricName: 'NumberOfNotificationsFailed',
        dimensionsMap: { TopicName: topic.topicName },
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 0,
      // Longer than data takes to arrive.
      datapoints: [1, 5],
      impact: 'Nobody may have been told of an alarm: users may suffer from something that nobody knows of.',
      runbook: 'notifications-failed',
      minutes: 6,
      // It would be the next notification to fail, and the alarm would call itself for ever.
      notifiesWhenOver: false,
    });
  }
}
