import { type Mutation, remove, replace, set, without } from './mutation.ts';

/** Of every stage. */
export const COMMON: readonly Mutation[] = [
  {
    what: 'that point-in-time recovery is gone',
    type: 'AWS::DynamoDB::GlobalTable',
    change: set('Replicas', [{ Region: 'eu-west-1' }]),
  },
  {
    what: 'that the tables take whatever is written',
    type: 'AWS::DynamoDB::GlobalTable',
    change: without('WriteOnDemandThroughputSettings'),
  },
  {
    what: 'that the index takes twice as many reads',
    type: 'AWS::DynamoDB::GlobalTable',
    prefix: 'Timestamps',
    change: replace(
      'Replicas',
      '"IndexName":"bySource","ReadOnDemandThroughputSettings":{"MaxReadRequestUnits":',
      '$&1',
    ),
  },
  {
    what: 'that the encryption of the tables is gone',
    type: 'AWS::DynamoDB::GlobalTable',
    change: without('SSESpecification'),
  },
  {
    what: 'that the expiry of timestamps is gone',
    type: 'AWS::DynamoDB::GlobalTable',
    prefix: 'Timestamps',
    change: without('TimeToLiveSpecification'),
  },
  {
    what: 'that the policy of the endpoint is gone',
    type: 'AWS::EC2::VPCEndpoint',
    change: without('PolicyDocument'),
  },
  {
    what: 'that the tables can be restored for a week only',
    type: 'AWS::DynamoDB::GlobalTable',
    change: replace('Replicas', '"RecoveryPeriodInDays":35', '"RecoveryPeriodInDays":7'),
  },
  { what: 'that the endpoint is gone', type: 'AWS::EC2::VPCEndpoint', change: remove },
  { what: 'that a rule of an ACL is gone', type: 'AWS::EC2::NetworkAclEntry', prefix: 'IsolatedAclIn', change: remove },
  {
    what: 'that the key of the alarms does not turn',
    type: 'AWS::KMS::Key',
    change: without('EnableKeyRotation'),
  },
  { what: 'that no alarm may use the key', type: 'AWS::KMS::Key', change: without('KeyPolicy') },
  { what: 'that the topic is not encrypted', type: 'AWS::SNS::Topic', change: without('KmsMasterKeyId') },
  {
    what: 'that alarms of other accounts may publish',
    type: 'AWS::SNS::TopicPolicy',
    change: replace('PolicyDocument', 'aws:SourceAccount', 'aws:PrincipalTag'),
  },
  { what: 'that the dashboard is gone', type: 'AWS::CloudWatch::Dashboard', change: remove },
  {
    what: 'that the dashboard lacks an alarm',
    type: 'AWS::CloudWatch::Dashboard',
    change: replace('DashboardBody', 'api-lambda-errors', 'api-other'),
  },
  {
    what: 'that a log does not expire',
    type: 'AWS::Logs::LogGroup',
    prefix: 'Api',
    change: without('RetentionInDays'),
  },
  {
    what: 'that a custom resource logs where nothing expires',
    type: 'AWS::Lambda::Function',
    prefix: 'Custom',
    change: without('LoggingConfig'),
  },
  { what: 'that the flows are not logged', type: 'AWS::EC2::FlowLog', change: remove },
  { what: 'that only accepted flows are logged', type: 'AWS::EC2::FlowLog', change: set('TrafficType', 'ACCEPT') },
  { what: 'that the default security group is open', type: 'Custom::VpcRestrictDefaultSG', change: remove },
  {
    what: 'that the function may call more of its table',
    type: 'AWS::IAM::Policy',
    prefix: 'ApiRole',
    change: replace('PolicyDocument', 'dynamodb:PutItem', 'dynamodb:*'),
  },
  {
    what: 'that a security group is open',
    type: 'AWS::EC2::SecurityGroup',
    prefix: 'Api',
    change: set('SecurityGroupEgress', [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }]),
  },
];

/** Of a stage whose load balancer writes access logs. */
export const BUCKET: readonly Mutation[] = [
  { what: 'that access logs do not expire', type: 'AWS::S3::Bucket', change: without('LifecycleConfiguration') },
  {
    what: 'that the bucket may be read without TLS',
    type: 'AWS::S3::BucketPolicy',
    change: set('PolicyDocument', { Statement: [] }),
  },
];

/** Of a stage with a load balancer. */
export const BALANCER: readonly Mutation[] = [
  {
    what: 'that the access logs are off',
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    change: set('LoadBalancerAttributes', []),
  },
  {
    what: 'that the encryption of the access logs is gone',
    type: 'AWS::S3::Bucket',
    prefix: 'LoadBalancer',
    change: without('BucketEncryption'),
  },
  { what: 'that anybody may invoke the function', type: 'AWS::Lambda::Permission', change: without('SourceAccount') },
  {
    what: 'that a path is gone',
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    prefix: 'LoadBalancerHttpRoutes2',
    change: remove,
  },
];
