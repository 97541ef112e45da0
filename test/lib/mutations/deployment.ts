import { type Mutation, remove, replace, set, without } from './mutation.ts';

/** Of every stage. */
export const VERSIONS: readonly Mutation[] = [
  {
    what: 'that the alias leads to what is not published',
    type: 'AWS::Lambda::Alias',
    change: set('FunctionVersion', '$LATEST'),
  },
  {
    what: 'that the permission is not for the alias',
    type: 'AWS::Lambda::Permission',
    change: replace('FunctionName', 'ApiLive', 'ApiFunction'),
  },
  {
    what: 'that nothing is traced',
    type: 'AWS::Lambda::Function',
    prefix: 'ApiFunction',
    change: without('TracingConfig'),
  },
  {
    what: 'that all requests are traced',
    type: 'AWS::XRay::SamplingRule',
    change: replace('SamplingRule', '"FixedRate":0.05', '"FixedRate":1'),
  },
  {
    what: 'that traces are those of any function',
    type: 'AWS::XRay::SamplingRule',
    change: replace('SamplingRule', '"ServiceName":{"Ref":', '"ServiceName":{"Any":'),
  },
];

/** Of a stage with canary deployments. */
export const CANARY: readonly Mutation[] = [
  {
    what: 'that a new version is not tried',
    type: 'AWS::Lambda::Alias',
    part: 'UpdatePolicy',
    change: replace('CodeDeployLambdaAliasUpdate', 'BeforeAllowTrafficHook', 'AfterAllowTrafficHook'),
  },
  {
    what: 'that a new version gets all requests at once',
    type: 'AWS::CodeDeploy::DeploymentGroup',
    change: set('DeploymentConfigName', 'CodeDeployDefault.LambdaAllAtOnce'),
  },
  {
    what: 'that no alarm takes a version back',
    type: 'AWS::CodeDeploy::DeploymentGroup',
    change: without('AlarmConfiguration'),
  },
  {
    what: 'that another alarm takes a version back',
    type: 'AWS::CodeDeploy::DeploymentGroup',
    change: replace('AlarmConfiguration', 'newversionerrors', 'lambdaerrors'),
  },
  {
    what: 'that nothing is taken back when the check fails',
    type: 'AWS::CodeDeploy::DeploymentGroup',
    change: replace('AutoRollbackConfiguration', 'DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'),
  },
  {
    what: 'that the alarm watches all versions',
    type: 'AWS::CloudWatch::Alarm',
    prefix: 'AlarmsToldnewversionerrors',
    change: replace('Dimensions', 'ExecutedVersion', 'Version'),
  },
  {
    what: 'that the function counts for another stage',
    type: 'AWS::Lambda::Function',
    prefix: 'ApiFunction',
    change: replace('Environment', '"METRICS_STAGE":"', '"METRICS_STAGE":"another-'),
  },
  {
    what: 'that the alarm on failures watches the version before, too',
    type: 'AWS::CloudWatch::Alarm',
    prefix: 'AlarmsToldnewversionfailures',
    change: replace('Metrics', 'ExecutedVersion', 'Version'),
  },
  {
    what: 'that the check tries what serves already',
    type: 'AWS::Lambda::Function',
    prefix: 'CanaryCheck',
    change: replace('Environment', 'ApiFunctionCurrentVersion', 'ApiLive'),
  },
  {
    what: 'that the check may invoke any function',
    type: 'AWS::IAM::Policy',
    prefix: 'CanaryCheckRole',
    change: replace('PolicyDocument', '":*"', '"*"'),
  },
  {
    what: 'that the check cannot say how it went',
    type: 'AWS::IAM::Policy',
    prefix: 'CanaryCheckRole',
    change: replace('PolicyDocument', 'codedeploy:Put', 'codedeploy:Get'),
  },
  {
    what: 'that CodeDeploy may change more',
    type: 'AWS::IAM::Policy',
    prefix: 'CanaryRights',
    change: replace('PolicyDocument', 'lambda:UpdateAlias', 'lambda:*'),
  },
  { what: 'that CodeDeploy may do nothing', type: 'AWS::IAM::Policy', prefix: 'CanaryRights', change: remove },
];

/** Of a stage with canary deployments behind CloudFront. */
export const CANARY_BEHIND_CDN: readonly Mutation[] = [
  {
    what: 'that the check shows no secret',
    type: 'AWS::Lambda::Function',
    prefix: 'CanaryCheck',
    change: replace('Environment', 'ORIGIN_SECRETS', 'SECRETS'),
  },
];
