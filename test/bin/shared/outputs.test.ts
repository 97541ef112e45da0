import { expect, it } from 'vitest';
import { describeUrl } from '../../../bin/shared/outputs.ts';

it('The last lines of a deployment are its address and what to try', () => {
  const url = 'http://rollcall-1234.eu-west-1.elb.amazonaws.com';
  const outputs = { 'rollcall-poc-data': { ExportsOutput: 'x' }, 'rollcall-poc-api': { Url: url } };
  expect(describeUrl(outputs)).toBe(`Rollcall answers on ${url}\n  try:   curl -X POST ${url}/app`);
});

it('A deployment without an address says so', () => {
  expect(describeUrl({ 'rollcall-poc-data': {} })).toContain('none has an output Url');
});

it('The last lines of a deployment of the delivery are the role that GitHub takes', () => {
  const arn = 'arn:aws:iam::123456789012:role/rollcall-staging-delivery-DeployRole';
  expect(describeUrl({ 'rollcall-staging-delivery': { RoleArn: arn } })).toContain(`AWS_ROLE_ARN=${arn}`);
});
