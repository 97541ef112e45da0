import { expect } from 'vitest';
import { routes } from '../../../lambda/api/routes.ts';
import { allProperties, anything, ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

/** The HTTP API in front of the function. */
export const httpApiRequirements: readonly Requirement[] = [
  {
    name: 'the paths of the routes, with any method, and no others, invoke the function',
    check: ({ api }) => {
      const found = allProperties(api, 'AWS::ApiGatewayV2::Route');
      expect(found.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(
        [...new Set(routes.map(({ path }) => `ANY ${path}`))].toSorted(),
      );
      expect(propertiesOf(api, 'AWS::ApiGatewayV2::Integration')).toMatchObject({
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
      });
    },
  },
  {
    name: 'only this API may invoke the function',
    check: ({ api }) => {
      const [gateway] = ofType(api, 'AWS::ApiGatewayV2::Api');
      const { Principal, SourceArn } = propertiesOf(api, 'AWS::Lambda::Permission');
      expect(Principal).toBe('apigateway.amazonaws.com');
      const account = { Ref: 'AWS::AccountId' };
      const arn = ['arn:', { Ref: 'AWS::Partition' }, ':execute-api:eu-west-1:', account, ':', { Ref: gateway?.[0] }];
      expect(SourceArn).toEqual({ 'Fn::Join': ['', [...arn, '/*/*/*']] });
    },
  },
  {
    name: 'the API lets through as many requests as the configuration says',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::ApiGatewayV2::Stage')).toMatchObject({
        StageName: '$default',
        DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 250 },
      });
    },
  },
  {
    name: 'the API writes access logs as JSON, with no header, query or body in them, where logs are cheap',
    check: ({ api }) => {
      const { AccessLogSettings } = propertiesOf(api, 'AWS::ApiGatewayV2::Stage');
      expect(AccessLogSettings).toMatchObject({
        DestinationArn: { 'Fn::GetAtt': [expect.stringMatching(/^HttpApiAccessLog/), 'Arn'] },
        Format: anything,
      });
      expect(propertiesOf(api, 'AWS::Logs::LogGroup', 'HttpApiAccessLog').LogGroupClass).toBe('INFREQUENT_ACCESS');
      const { Format } = JSON.parse(textOf(AccessLogSettings));
      const values: unknown[] = Object.values(JSON.parse(Format));
      expect(values).toContain('$context.requestId');
      for (const value of values) expect(value).toMatch(/^\$context\.[a-zA-Z]+$/);
    },
  },
  {
    name: 'no right to write logs is left behind: the one that is needed goes with the stack',
    check: ({ api }) => {
      const policy = textOf(propertiesOf(api, 'AWS::Logs::ResourcePolicy').PolicyDocument);
      expect(policy).toContain('delivery.logs.amazonaws.com');
      expect(policy).toContain('HttpApiAccessLog');
    },
  },
];
