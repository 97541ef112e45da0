/** The secret between CloudFront and the function, from one generation to the next (docs/adr/0010). */
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { VIEWER_HOST_CODE } from '../../../lib/edge/viewer-host.ts';
import { synthesise, type Templates } from '../../support/synth.ts';
import { distributionOf } from '../requirements/cdn.ts';
import { ofType, propertiesOf, textOf } from '../requirements/templates.ts';

const secretsOf = ({ api }: Templates) => ofType(api, 'AWS::SecretsManager::Secret').map(([id]) => id);

/** The logical ids of the secrets that the function accepts. */
function acceptedBy({ api }: Templates): string[] {
  const { Environment } = propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction');
  return [...textOf(Environment).matchAll(/\{\{resolve:secretsmanager:",\{"Ref":"(\w+)"\}/g)].map(([, id = '']) => id);
}

/** The logical id of the secret that CloudFront sends, through the output of the api stack that holds its ARN. */
function sentBy(templates: Templates): string | undefined {
  const [, name = ''] = /"OutputName":"(OriginSecret\w+)"/.exec(textOf(distributionOf(templates).Origins)) ?? [];
  return /"Ref":"(OriginSecret\w+)"/.exec(JSON.stringify(templates.api.Outputs?.[name]))?.[1];
}

describe('the secret of CloudFront', () => {
  let generations: Templates[];
  beforeAll(async () => {
    generations = [];
    for (const originSecretGeneration of [1, 2, 3]) {
      generations.push(await synthesise({ cdn: { originSecretGeneration } }, 'serverless'));
    }
  });

  it('is one in the beginning, and two from then on', () => {
    expect(generations.map((templates) => secretsOf(templates).length)).toEqual([1, 2, 2]);
  });

  it('is accepted before it is sent, and as long as it is sent', () => {
    for (const [index, templates] of generations.entries()) {
      const sent = sentBy(templates);
      expect(sent).toMatch(new RegExp(`^OriginSecretGeneration${index + 1}`));
      expect(acceptedBy(templates)).toContain(sent);
      // The api stack is deployed first: until CloudFront is, it sends what it sent before.
      const next = generations[index + 1];
      if (next) expect(acceptedBy(next)).toContain(sent);
    }
  });

  it('is another one after a rotation, and the one before the last is gone', () => {
    const [first, second, third] = generations.map(sentBy);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(generations[2] && acceptedBy(generations[2])).toEqual([third, second]);
  });

  it('changes the template of the edge with its generation: CloudFormation reads a secret only when it changes', () => {
    const [first, second] = generations.map((templates) => textOf(distributionOf(templates).Origins));
    expect(first).not.toEqual(second);
  });
});

it('in us-east-1 itself, the secret needs no replica', async () => {
  const templates = await synthesise({ region: 'us-east-1' }, 'serverless');
  expect(propertiesOf(templates.api, 'AWS::SecretsManager::Secret')).not.toHaveProperty('ReplicaRegions');
  expect(sentBy(templates)).toBe(secretsOf(templates)[0]);
});

describe('the function at the edge', () => {
  it('says which host the viewer asked for, whatever the viewer claims', () => {
    const headers = { host: { value: 'd1.cloudfront.net' }, 'x-forwarded-host': { value: 'evil.example' } };
    const event = { request: { method: 'GET', uri: '/', headers } };
    const request = runInNewContext(`${VIEWER_HOST_CODE}; handler(event)`, { event });
    expect(request.headers['x-forwarded-host']).toEqual({ value: 'd1.cloudfront.net' });
    expect(request.headers.host).toEqual({ value: 'd1.cloudfront.net' });
  });
});
