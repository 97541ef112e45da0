import { expect } from 'vitest';
import type { Expected } from './expected.ts';
import { allResources, anything, ofType, type Requirement, textOf } from './templates.ts';

const PROTECTED = ['AWS::DynamoDB::GlobalTable', 'AWS::ElasticLoadBalancingV2::LoadBalancer'];
/** A permission names its function; the others are given names that begin with that of their stack. */
const NAMED = [
  'AWS::Lambda::Permission',
  'AWS::ApiGatewayV2::Api',
  'AWS::CloudFront::Function',
  'AWS::Logs::DeliverySource',
  'AWS::Logs::DeliveryDestination',
  'AWS::Logs::QueryDefinition',
];

/** What holds for every stack. */
export const commonRequirements = ({ logDays, isProtected }: Expected): Requirement[] => [
  {
    name: `every log expires after ${logDays} days and goes with its stack, and every function logs to one of them`,
    check: (templates) => {
      for (const template of Object.values(templates)) {
        for (const [id, { Properties, DeletionPolicy }] of ofType(template, 'AWS::Logs::LogGroup')) {
          expect([Properties?.RetentionInDays, DeletionPolicy], id).toEqual([logDays, 'Delete']);
        }
        for (const [id, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
          expect(Properties?.LoggingConfig, id).toMatchObject({ LogGroup: { Ref: anything } });
        }
      }
    },
  },
  {
    name: 'no function may make log groups, which would stay',
    check: (templates) => {
      for (const [id, resource] of allResources(templates)) {
        expect(textOf(resource.Properties ?? null), id).not.toMatch(/logs:CreateLogGroup|AWSLambdaBasicExecutionRole/);
      }
    },
  },
  {
    name: isProtected
      ? 'nothing is kept, and nothing refuses to be deleted, but the tables and the load balancer'
      : 'nothing is kept, and nothing refuses to be deleted',
    check: (templates) => {
      for (const [id, { Type, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete', Properties }] of allResources(
        templates,
      )) {
        if (isProtected && PROTECTED.includes(Type)) continue;
        // Versions go with their function.
        if (Type === 'AWS::Lambda::Version') continue;
        expect([DeletionPolicy, UpdateReplacePolicy], id).toEqual(['Delete', 'Delete']);
        expect(textOf(Properties ?? null), id).not.toContain('"DeletionProtectionEnabled":true');
        expect(textOf(Properties ?? null), id).not.toContain('{"Key":"deletion_protection.enabled","Value":"true"}');
      }
    },
  },
  {
    name: 'no resource has a name of its own, which could be taken, but those that must',
    check: (templates) => {
      const names = ['TableName', 'BucketName', 'FunctionName', 'Name', 'GroupName'];
      const named = Object.values(templates)
        .flatMap((template) => ofType(template, 'AWS::Logs::LogGroup'))
        .filter(([, { Properties }]) => Properties?.LogGroupName !== undefined);
      for (const [, { Properties }] of named) expect(Properties?.LogGroupName).toMatch(/^aws-waf-logs-rollcall-/);
      for (const [id, { Type, Properties = {} }] of allResources(templates)) {
        // A version and an alias are named within their function, and how it is invoked names it: by reference.
        const isWithin = /^AWS::Lambda::(Version|Alias|EventInvokeConfig|EventSourceMapping)$/.test(Type);
        if (Type.startsWith('Custom::') || isWithin || NAMED.includes(Type)) continue;
        expect(
          Object.keys(Properties).filter((key) => names.includes(key)),
          id,
        ).toEqual([]);
      }
    },
  },
];
