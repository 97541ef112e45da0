import { beforeAll, describe, expect, it } from 'vitest';
import { parseEnv } from '../../../lambda/notify/env.ts';
import { synthesise, type Templates } from '../../support/synth.ts';
import { alarmsOf } from '../alarms/template.ts';
import { allResources, ofType, propertiesOf, textOf } from '../requirements/templates.ts';

const oidc = {
  issuer: 'https://login.example.com',
  clientId: 'rollcall',
  allow: { email: '*@example.com' },
  scopes: ['record', 'read'],
};

describe('a stage with an identity provider', () => {
  let templates: Templates;
  let without: Templates;
  beforeAll(async () => {
    [templates, without] = await Promise.all([synthesise({ oidc }, 'prod'), synthesise({}, 'prod')]);
  });
  const fn = () => propertiesOf(templates.api, 'AWS::Lambda::Function', 'NotifyFunction');
  const statementsOf = (prefix: string) =>
    JSON.parse(textOf(propertiesOf(templates.api, 'AWS::IAM::Policy', prefix).PolicyDocument)).Statement;

  it('has a function that reaches out, which is not in the VPC, and knows the provider and the table of keys alone', () => {
    expect(fn()).not.toHaveProperty('VpcConfig');
    const { Variables } = JSON.parse(textOf(fn().Environment));
    expect(Object.keys(Variables).toSorted()).toEqual(['KEYS_TABLE', 'METRICS_STAGE', 'NODE_OPTIONS', 'OIDC']);
    expect(parseEnv({ ...Variables, KEYS_TABLE: 'Keys', AWS_REGION: 'x' })).toMatchObject({ oidc, stage: 'prod' });
    // The function that answers is where it was, and is told the same.
    const api = propertiesOf(templates.api, 'AWS::Lambda::Function', 'ApiFunction');
    expect(api).toHaveProperty('VpcConfig');
    expect(textOf(api.Environment)).toContain('"OIDC":');
  });

  it('lets that function write what is known of the provider, and nothing that could be a key; it reads nothing', () => {
    const statements = statementsOf('NotifyRole').filter(({ Action }: { Action: unknown }) =>
      textOf(String(Action)).includes('dynamodb'),
    );
    expect(statements).toMatchObject([
      {
        Effect: 'Allow',
        Action: 'dynamodb:UpdateItem',
        Condition: {
          'ForAllValues:StringEquals': {
            'dynamodb:Attributes': [
              'pk',
              'sk',
              'issuer',
              'jwks',
              'authorizationEndpoint',
              'fetchedAt',
              'sessionSecret',
            ],
          },
          StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] },
        },
      },
    ]);
    expect(statements[0].Resource).toEqual({ 'Fn::ImportValue': expect.stringContaining('Keys') });
    // The function that answers writes no key, either, and the endpoint lets nobody.
    const { PolicyDocument: endpoint } = propertiesOf(templates.network, 'AWS::EC2::VPCEndpoint');
    const { Statement } = JSON.parse(JSON.stringify(endpoint));
    const onKeys = [...statementsOf('ApiRole'), ...Statement].filter((one) => JSON.stringify(one).includes('Keys'));
    expect(onKeys.map(({ Action }) => Action)).toEqual(['dynamodb:Query', 'dynamodb:Query']);
  });

  it('invokes it each hour and after a deployment, by roles that may do nothing else', () => {
    const schedules = ofType(templates.api, 'AWS::Scheduler::Schedule').filter(([id]) => id.startsWith('Notify'));
    const target = { 'Fn::GetAtt': [expect.stringMatching(/^NotifyFunction/), 'Arn'] };
    expect(schedules.map(([, { Properties }]) => Properties)).toMatchObject([
      {
        ScheduleExpression: 'rate(1 hour)',
        State: 'ENABLED',
        Target: { Arn: target, Input: '{"kind":"provider-keys"}' },
      },
    ]);
    expect(statementsOf('NotifyScheduleRole')).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: target },
    ]);
    expect(statementsOf('NotifyOnceDeployed')).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: target },
    ]);
    const [call, ...others] = ofType(templates.api, 'Custom::AWS').filter(([id]) => id.startsWith('Notify'));
    expect(others).toEqual([]);
    expect(textOf(call?.[1].Properties?.Create ?? null)).toMatch(/"InvocationType.*Event.*provider-keys/);
    // Nobody from outside may.
    const permissions = ofType(templates.api, 'AWS::Lambda::Permission');
    expect(
      permissions.filter(([, { Properties }]) => textOf(Properties?.FunctionName ?? null).includes('Notify')),
    ).toEqual([]);
  });

  it('tells when the provider does not answer, and no alarm of the tables is another', () => {
    const names = (some: Templates) => alarmsOf(some).map(({ name }) => name);
    const added = names(templates).filter((name) => !names(without).includes(name));
    expect(added.toSorted()).toEqual(
      ['errors', 'throttles', 'duration'].map((what) => `rollcall-prod-api-notify-${what}`).toSorted(),
    );
    const [errors] = alarmsOf(templates).filter(({ name }) => name.endsWith('notify-errors'));
    expect(errors?.description).toContain('docs/runbooks/provider-down.md');
  });

  it('has nothing else in its network, its data and its edge than one without', () => {
    for (const stack of ['network', 'data', 'edge'] as const) expect(templates[stack]).toEqual(without[stack]);
    expect(allResources(without).filter(([id]) => id.startsWith('Notify'))).toEqual([]);
    expect(JSON.stringify(without)).not.toContain('OIDC');
  });
});

describe('an identity provider', () => {
  it.each([
    [{ oidc }, 'poc', /stages\.poc\.oidc is .*; it must be left out where nobody is asked for a name/],
    [
      { oidc: { ...oidc, issuer: 'http://localhost:1' } },
      'prod',
      /it must be left out .* a provider that speaks HTTPS/,
    ],
    [{ oidc: { ...oidc, allow: {} } }, 'prod', /stages\.prod\.oidc\.allow is .*; it must be at least one claim/],
    [{ oidc: { ...oidc, scopes: ['everything'] } }, 'prod', /it must be at least one of record/],
    [{ oidc: { ...oidc, secret: 'x' } }, 'prod', /stages\.prod\.oidc\.secret is not known/],
  ])('that is wrong is refused: %j in %s', async (values, stage, message) => {
    await expect(synthesise(values, stage)).rejects.toThrow(message);
  });
});
