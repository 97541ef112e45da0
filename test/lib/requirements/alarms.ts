import { expect } from 'vitest';
import type { Expected } from './expected.ts';
import { ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

const OWN_ACCOUNT = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
const CLOUDWATCH = { Service: 'cloudwatch.amazonaws.com' };

/** Where alarms are told, and where all is shown. What alarms say and when is test/alarms. */
export const alarmRequirements = ({ stage, hasCdn }: Expected): Requirement[] => [
  {
    name: 'the alarms of each region tell one topic, encrypted with a key that turns and lets the alarms of this account in',
    check: ({ api, edge }) => {
      expect(ofType(edge, 'AWS::SNS::Topic')).toHaveLength(hasCdn ? 1 : 0);
      for (const template of hasCdn ? [api, edge] : [api]) {
        expect(propertiesOf(template, 'AWS::SNS::Topic')).toMatchObject({
          KmsMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^AlarmsToldKey/), 'Arn'] },
        });
        expect(propertiesOf(template, 'AWS::KMS::Key', 'AlarmsToldKey')).toMatchObject({
          EnableKeyRotation: true,
          PendingWindowInDays: 7,
          KeyPolicy: {
            Statement: expect.arrayContaining([
              {
                Effect: 'Allow',
                Principal: CLOUDWATCH,
                Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
                Resource: '*',
                Condition: OWN_ACCOUNT,
              },
            ]),
          },
        });
      }
    },
  },
  {
    name: 'only alarms of this account publish to the topics, and nobody without TLS',
    check: ({ api, edge }) => {
      for (const template of hasCdn ? [api, edge] : [api]) {
        const { PolicyDocument } = propertiesOf(template, 'AWS::SNS::TopicPolicy');
        expect(PolicyDocument).toMatchObject({
          Statement: [
            { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
            { Effect: 'Allow', Action: 'sns:Publish', Principal: CLOUDWATCH, Condition: OWN_ACCOUNT },
          ],
        });
      }
    },
  },
  {
    name: 'the dashboard shows first what users feel, then each tier, and all alarms that tell',
    check: ({ monitoring, api, edge }) => {
      const { DashboardName, DashboardBody } = propertiesOf(monitoring, 'AWS::CloudWatch::Dashboard');
      expect(DashboardName).toBe(`rollcall-${stage}`);
      const body = textOf(DashboardBody);
      const titles = [...body.matchAll(/\\"title\\":\\"([^"\\]+)\\"/g)].map(([, title]) => title);
      expect(titles[0]).toBe('Alarms');
      expect(titles[1]).toMatch(/^What users feel/);
      const inOrder = ['What users feel', 'Recorded timestamps', 'Function:', 'Deployments:', 'Tables:'];
      const places = inOrder.map((start) => titles.findIndex((title) => title?.startsWith(start)));
      expect(places).toEqual(places.toSorted((one, other) => one - other));
      expect(places).not.toContain(-1);
      for (const [, { Type, Properties }] of [...Object.entries(api.Resources), ...Object.entries(edge.Resources)]) {
        if (!/^AWS::CloudWatch::\w*Alarm$/.test(Type) || Properties?.AlarmActions === undefined) continue;
        expect(body).toContain(`:alarm:${Properties.AlarmName}\\"`);
      }
    },
  },
  {
    name: 'the metrics of a firewall have the name that its alarm watches, which is that of no other stage',
    check: ({ edge }) => {
      for (const [, { Properties }] of ofType(edge, 'AWS::WAFv2::WebACL')) {
        expect(Properties?.VisibilityConfig).toMatchObject({ MetricName: `rollcall-${stage}-edge` });
        expect(JSON.stringify(edge.Resources)).toContain(`{"Name":"WebACL","Value":"rollcall-${stage}-edge"}`);
      }
    },
  },
];
