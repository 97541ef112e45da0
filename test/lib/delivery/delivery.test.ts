import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import { qualifierOf, readDelivery, regionsOf, stagesOf } from '../../../lib/config/delivery-config.ts';
import { readStage } from '../../../lib/config/read-stage.ts';
import { GITHUB_ISSUER } from '../../../lib/delivery/github-deploy-role.ts';
import { createDeliveryStack } from '../../../lib/stage.ts';
import { type Claims, mayAssume } from './trust-policy.ts';

const { delivery, stages } = cdkJson.context;
const SUBJECT = 'repo:acme/rollcall';
const outdir = mkdtempSync(`${tmpdir()}/rollcall-`);
afterAll(() => rmSync(outdir, { recursive: true }));

function synthesise(subject = SUBJECT, oidcProvider = 'create', stage = 'staging') {
  const app = new App({ outdir });
  const config = readStage({ [stage]: stages.staging }, stage);
  createDeliveryStack(app, config, readDelivery({ delivery, subject, oidcProvider }, stage));
  return Template.fromStack(theStack(app));
}

function theStack(app: App): Stack {
  const stack = app.node.children.find((child) => Stack.isStack(child));
  if (!(stack instanceof Stack)) throw new Error('the app has no stack');
  return stack;
}

/** The only resource of a type, or its properties. */
function theOnly(template: Template, type: string) {
  const found = Object.values(template.findResources(type));
  expect(found).toHaveLength(1);
  return found[0];
}

function trustOf(template: Template): unknown {
  return theOnly(template, 'AWS::IAM::Role')?.Properties.AssumeRolePolicyDocument;
}

/** Providers of this template and of the account are GitHub's; any other is somebody else's. */
function issuerOf(template: Template) {
  const ids = Object.keys(template.findResources('AWS::IAM::OIDCProvider'));
  return (federated: unknown) => {
    const text = JSON.stringify(federated);
    return ids.some((id) => text === `{"Ref":"${id}"}`) || text.includes(`:oidc-provider/${GITHUB_ISSUER}`)
      ? GITHUB_ISSUER
      : 'unknown';
  };
}

function verdictOf(template: Template, claims: Claims, trust = trustOf(template)): boolean {
  return mayAssume(trust, claims, issuerOf(template));
}

const RIGHT = {
  iss: `https://${GITHUB_ISSUER}`,
  aud: 'sts.amazonaws.com',
  sub: `${SUBJECT}:environment:staging`,
};
const { aud, sub, ...ANONYMOUS } = RIGHT;

const WRONG: [string, Claims][] = [
  ['another repository of the owner', { ...RIGHT, sub: 'repo:acme/other:environment:staging' }],
  ['a repository whose name begins alike', { ...RIGHT, sub: 'repo:acme/rollcall-2:environment:staging' }],
  ['a repository of the same name of another owner', { ...RIGHT, sub: 'repo:evil/rollcall:environment:staging' }],
  ['a fork, in an environment of its own', { ...RIGHT, sub: 'repo:fork/rollcall:environment:staging' }],
  ['the main branch, outside of the environment', { ...RIGHT, sub: `${SUBJECT}:ref:refs/heads/main` }],
  ['another branch', { ...RIGHT, sub: `${SUBJECT}:ref:refs/heads/topic` }],
  ['a branch that is called like the environment', { ...RIGHT, sub: `${SUBJECT}:ref:refs/heads/environment:staging` }],
  ['a tag', { ...RIGHT, sub: `${SUBJECT}:ref:refs/tags/v1.0.0` }],
  ['a pull request', { ...RIGHT, sub: `${SUBJECT}:pull_request` }],
  ['another environment', { ...RIGHT, sub: `${SUBJECT}:environment:prod` }],
  ['an environment whose name begins alike', { ...RIGHT, sub: `${SUBJECT}:environment:staging-2` }],
  ['the environment in other letters', { ...RIGHT, sub: `${SUBJECT}:environment:Staging` }],
  ['the repository with ids, where names are trusted', { ...RIGHT, sub: 'repo:acme@1/rollcall@2:environment:staging' }],
  ['no subject', { ...ANONYMOUS, aud }],
  ['an empty subject', { ...RIGHT, sub: '' }],
  ['no audience', { ...ANONYMOUS, sub }],
  ['the audience that GitHub takes when it is asked for none', { ...RIGHT, aud: 'https://github.com/acme' }],
  ['another issuer', { ...RIGHT, iss: 'https://token.example.com' }],
  ['the right text in another claim', { ...RIGHT, sub: `${SUBJECT}:pull_request`, environment: 'staging' }],
];

describe('The role that GitHub deploys with', () => {
  const template = synthesise();

  it('is taken by a job of the environment of the repository', () => {
    expect(verdictOf(template, RIGHT)).toBe(true);
  });

  it.each(WRONG)('is not taken by %s', (_, claims) => {
    expect(verdictOf(template, claims)).toBe(false);
  });

  it.each([
    ['a wildcard for the environment', { StringEquals: { aud }, StringLike: { sub: `${SUBJECT}:*` } }],
    [
      'a wildcard for the repository',
      { StringEquals: { aud }, StringLike: { sub: 'repo:acme/*:environment:staging' } },
    ],
    ['no condition on the audience', { StringEquals: { sub } }],
    ['no condition on the subject', { StringEquals: { aud } }],
    ['an audience that may be missing', { StringEqualsIfExists: { aud }, StringEquals: { sub } }],
    ['letters of either case', { StringEqualsIgnoreCase: { aud, sub } }],
    ['no condition', {}],
  ])('would be taken by some of them with %s, which the table notices', (_, Condition) => {
    const loose = {
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: `arn:aws:iam::1:oidc-provider/${GITHUB_ISSUER}` },
          Condition,
        },
      ],
    };
    expect(verdictOf(template, RIGHT, loose)).toBe(true);
    expect(WRONG.filter(([, claims]) => verdictOf(template, claims, loose))).not.toEqual([]);
  });

  it.each([
    'repo:acme@123456/rollcall@456789',
    'repository_id:456789',
    'repository_owner_id:123456:repository_id:456789',
  ])('trusts the repository by its ids, and then not by its name: %s', (subject) => {
    const byId = synthesise(subject);
    expect(verdictOf(byId, { ...RIGHT, sub: `${subject}:environment:staging` })).toBe(true);
    const others = [SUBJECT, subject.replace('456789', '456788'), `${subject}0`];
    for (const other of others) {
      expect(verdictOf(byId, { ...RIGHT, sub: `${other}:environment:staging` })).toBe(false);
    }
    expect(verdictOf(byId, { ...RIGHT, sub: `${subject}:pull_request` })).toBe(false);
  });

  it('uses the identity provider of an account that has one', () => {
    const imported = synthesise(SUBJECT, 'import');
    imported.resourceCountIs('AWS::IAM::OIDCProvider', 0);
    expect(verdictOf(imported, RIGHT)).toBe(true);
    expect(WRONG.filter(([, claims]) => verdictOf(imported, claims))).toEqual([]);
  });

  it('leaves the identity provider to others when its stack goes', () => {
    expect(theOnly(template, 'AWS::IAM::OIDCProvider')).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it.each(stagesOf(delivery))('may take the roles of the bootstrap of %s, and do nothing else', (stage) => {
    const ofStage = synthesise(SUBJECT, 'create', stage);
    const { Properties } = theOnly(ofStage, 'AWS::IAM::Policy') ?? {};
    const [statement, ...others] = Properties.PolicyDocument.Statement;
    const account = { Ref: 'AWS::AccountId' };
    const partition = { Ref: 'AWS::Partition' };
    const arnOf = (role: string, region: string) => ({
      'Fn::Join': ['', ['arn:', partition, ':iam::', account, `:role/cdk-rc${stage}-${role}-`, account, `-${region}`]],
    });
    const regions = regionsOf(readStage({ [stage]: stages.staging }, stage));
    const roles = ['deploy-role', 'file-publishing-role', 'lookup-role'];
    expect(others).toEqual([]);
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: regions.flatMap((region) => roles.map((role) => arnOf(role, region))),
    });
    expect(theOnly(ofStage, 'AWS::IAM::Role')?.Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('reaches the region of CloudFront where the stage has a CDN', () => {
    const config = readStage({ staging: stages.staging }, 'staging');
    const withCdn = { ...config, cdn: { originSecretGeneration: 1, pageCacheSeconds: 60 } };
    const withoutCdn = { ...config, cdn: undefined };
    expect(regionsOf(withoutCdn)).toEqual(['eu-west-1']);
    expect(regionsOf(withCdn)).toEqual(['eu-west-1', 'us-east-1']);
  });
});

describe('The configuration of the delivery', () => {
  it.each([
    ['a subject with a wildcard', { subject: 'repo:acme/*' }, /^-c subject is "repo:acme\/\*"; it must be what GitHub/],
    ['a subject with a context', { subject: 'repo:acme/rollcall:ref:x' }, /^-c subject is /],
    ['no subject', { subject: undefined }, /^-c subject is missing; /],
    ['an unknown word for the provider', { oidcProvider: 'maybe' }, /"maybe"; it must be create or import\.$/],
    ['no environments', { delivery: {} }, /^cdk\.json: delivery\.environments is missing; /],
    [
      'a bootstrap that two stages share',
      { delivery: { environments: { staging: { qualifier: 'a' }, prod: { qualifier: 'a' } } } },
      /^cdk\.json: delivery\.environments is .* each with a qualifier of its own\.$/,
    ],
    [
      'a qualifier that AWS refuses',
      { delivery: { environments: { staging: { qualifier: 'much-too-long' } } } },
      /^cdk\.json: delivery\.environments\.staging\.qualifier is "much-too-long"; it must be a qualifier/,
    ],
  ])('is refused with %s', (_, change, message) => {
    expect(() => readDelivery({ delivery, subject: SUBJECT, ...change }, 'staging')).toThrow(message);
  });

  it('gives no bootstrap of its own to a stage that is deployed from laptops only', () => {
    expect(qualifierOf(delivery, 'poc')).toBeUndefined();
    expect(qualifierOf(undefined, 'staging')).toBeUndefined();
    expect(qualifierOf(delivery, 'staging')).toBe('rcstaging');
    expect(() => readDelivery({ delivery, subject: SUBJECT }, 'poc')).toThrow('it has: staging, prod.');
  });
});
