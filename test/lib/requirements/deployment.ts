import { expect } from 'vitest';
import type { CfnTemplate, Resource } from '../../support/synth.ts';
import type { Expected } from './expected.ts';
import { anything, ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

const FUNCTION = { Ref: expect.stringMatching(/^ApiFunction/) };
const FUNCTION_ARN = { 'Fn::GetAtt': [expect.stringMatching(/^ApiFunction/), 'Arn'] };
const ALL_VERSIONS = { 'Fn::Join': ['', [FUNCTION_ARN, ':*']] };
const CURRENT = expect.stringMatching(/^ApiFunctionCurrentVersion/);

function onlyOne(template: CfnTemplate, type: string): Resource | undefined {
  const found = ofType(template, type);
  expect(found, type).toHaveLength(1);
  return found[0]?.[1];
}

/** How new versions get their requests, and what traces are made of them. */
export const deploymentRequirements = ({ deployment, hasCdn }: Expected): Requirement[] => [
  {
    name: 'what stands in front invokes the alias, which leads to the version of this template',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::Lambda::Alias')).toEqual({
        Name: 'live',
        FunctionName: FUNCTION,
        FunctionVersion: { 'Fn::GetAtt': [CURRENT, 'Version'] },
      });
      const alias = { Ref: expect.stringMatching(/^ApiLive/) };
      expect(propertiesOf(api, 'AWS::Lambda::Permission').FunctionName).toEqual(alias);
      for (const [, { Properties }] of ofType(api, 'AWS::ElasticLoadBalancingV2::TargetGroup')) {
        expect(Properties?.Targets).toEqual([{ Id: alias }]);
      }
      for (const [, { Properties }] of ofType(api, 'AWS::ApiGatewayV2::Integration')) {
        expect(Properties?.IntegrationUri).toEqual(alias);
      }
    },
  },
  {
    name: 'old versions stay, so that the alias can go back to them, but not those of deployments that failed',
    check: ({ api }) => {
      expect(onlyOne(api, 'AWS::Lambda::Version')).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: { FunctionName: FUNCTION },
      });
    },
  },
  {
    name: 'the function sends traces, of which X-Ray is asked to take the share of the configuration',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction').TracingConfig).toEqual({ Mode: 'Active' });
      const { SamplingRule } = propertiesOf(api, 'AWS::XRay::SamplingRule');
      expect(SamplingRule).toMatchObject({
        RuleName: expect.stringMatching(/^[a-zA-Z0-9-]{1,32}$/),
        ServiceName: FUNCTION,
        FixedRate: 0.05,
        ReservoirSize: 0,
      });
    },
  },
  deployment === 'canary' ? canary(hasCdn) : allAtOnce,
];

const allAtOnce: Requirement = {
  name: 'a new version gets all requests at once, and CodeDeploy has no part in it',
  check: ({ api }) => {
    expect(Object.values(api.Resources).map(({ Type }) => Type.split('::')[1])).not.toContain('CodeDeploy');
    expect(onlyOne(api, 'AWS::Lambda::Alias')).not.toHaveProperty('UpdatePolicy');
    expect(textOf(Object.keys(api.Resources))).not.toContain('newversion');
  },
};

const canary = (hasCdn: boolean): Requirement => ({
  name: 'a new version is tried, gets one request in ten for five minutes, and is taken back on its own errors alone',
  check: ({ api }) => {
    const [group] = ofType(api, 'AWS::CodeDeploy::DeploymentGroup');
    const [application] = ofType(api, 'AWS::CodeDeploy::Application');
    const [check] = ofType(api, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Canary'));
    const alias = onlyOne(api, 'AWS::Lambda::Alias');
    expect(alias?.UpdatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: application?.[0] },
        DeploymentGroupName: { Ref: group?.[0] },
        BeforeAllowTrafficHook: { Ref: check?.[0] },
      },
    });
    expect(alias?.DependsOn).toContainEqual(expect.stringMatching(/^CanaryRights/));
    // An alarm that is raised before a deployment would keep it from putting things right.
    expect(group?.[1].Properties).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AlarmConfiguration: {
        Enabled: true,
        Alarms: ['errors', 'failures'].map((what) => ({ Name: { Ref: expect.stringMatching(`newversion${what}`) } })),
      },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    const version = { 'Fn::GetAtt': [CURRENT, 'Version'] };
    const ofCanary = [
      { Name: 'ExecutedVersion', Value: version },
      { Name: 'FunctionName', Value: FUNCTION },
      { Name: 'Resource', Value: { 'Fn::Join': ['', [FUNCTION, ':live']] } },
    ];
    const { ORIGIN_SECRETS: shown, METRICS_STAGE } = variablesOf(
      propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction'),
    );
    // As the function counts.
    const failed = {
      Namespace: 'Rollcall',
      MetricName: 'Failed',
      Dimensions: [
        { Name: 'stage', Value: METRICS_STAGE },
        { Name: 'version', Value: version },
      ],
    };
    expect(propertiesOf(api, 'AWS::CloudWatch::Alarm', 'AlarmsToldnewversionerrors').Dimensions).toEqual(ofCanary);
    expect(propertiesOf(api, 'AWS::CloudWatch::Alarm', 'AlarmsToldnewversionfailures').Metrics).toMatchObject([
      { Expression: 'IF(FILL(failed, 0) >= 2, 100 * failed / invocations, 0)' },
      { Id: 'failed', MetricStat: { Metric: failed } },
      { Id: 'invocations', MetricStat: { Metric: { MetricName: 'Invocations', Dimensions: ofCanary } } },
    ]);
    // Outside of the VPC, from which it could not reach what it asks.
    expect(check?.[1].Properties).not.toHaveProperty('VpcConfig');
    expect(variablesOf(check?.[1].Properties)).toEqual({
      VERSION_ARN: { Ref: CURRENT },
      ...(hasCdn && { ORIGIN_SECRETS: shown }),
    });
    expect(propertiesOf(api, 'AWS::IAM::Policy', 'CanaryCheckRole').PolicyDocument).toMatchObject({
      Statement: [
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
        { Action: 'lambda:InvokeFunction', Resource: ALL_VERSIONS },
        { Action: 'codedeploy:PutLifecycleEventHookExecutionStatus', Resource: { 'Fn::Join': anything } },
      ],
    });
    expect(propertiesOf(api, 'AWS::IAM::Role', 'CanaryRole')).not.toHaveProperty('ManagedPolicyArns');
    expect(propertiesOf(api, 'AWS::IAM::Policy', 'CanaryRights').PolicyDocument).toMatchObject({
      Statement: [
        {
          Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
          Resource: [FUNCTION_ARN, ALL_VERSIONS],
        },
        { Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [check?.[0], 'Arn'] } },
        { Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
      ],
    });
  },
});

function variablesOf(properties: Resource['Properties']): Record<string, unknown> {
  return JSON.parse(JSON.stringify(properties?.Environment)).Variables;
}
