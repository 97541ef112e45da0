/** That no reference from one stack to another can hold up an update (docs/adr/0009). */
import { beforeAll, describe, expect, it } from 'vitest';
import { STAGE_NAMES } from '../support/stages.ts';
import { type CfnTemplate, synthesise, type Templates } from '../support/synth.ts';
import { STAGES_WITH_CDN } from './requirements/expected.ts';

/** The names that a template exports, in order. */
function exportsOf({ Outputs = {} }: CfnTemplate): unknown[] {
  return Object.values(Outputs)
    .flatMap(({ Export }) => (Export ? [Export.Name] : []))
    .toSorted();
}

/** The arguments of an intrinsic function, wherever it is called in a template. */
function argumentsOf(name: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === name ? [inner] : argumentsOf(name, inner)));
}

describe.each(STAGE_NAMES)('in the stage %s', (stage) => {
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({}, stage);
  });

  it('the network and the tables export the same when the stacks that use them are gone', async () => {
    const { network, data } = await synthesise({}, stage, ['api', 'edge', 'monitoring']);
    expect(exportsOf(network)).toEqual(exportsOf(templates.network));
    expect(exportsOf(data)).toEqual(exportsOf(templates.data));
    expect(exportsOf(network).length + exportsOf(data).length).toBeGreaterThan(6);
  });

  it('what is exported is what is imported, and nothing else', () => {
    const exported = [...exportsOf(templates.network), ...exportsOf(templates.data)];
    expect(new Set(argumentsOf('Fn::ImportValue', templates.api))).toEqual(new Set(exported));
    expect([...exportsOf(templates.api), ...exportsOf(templates.edge)]).toEqual([]);
  });

  it('the stack of the edge can go: the api is synthesised without it, and nothing of it depends on it', async () => {
    const { api } = await synthesise({}, stage, ['edge', 'monitoring']);
    expect(api.Resources).toEqual(templates.api.Resources);
  });

  it('the stack of the dashboard holds up nothing: it reads outputs that are there', () => {
    expect(argumentsOf('Fn::ImportValue', templates.monitoring)).toEqual([]);
    const read = argumentsOf('Fn::GetStackOutput', templates.monitoring).map((reference) => JSON.stringify(reference));
    const there = (['api', 'data', 'edge'] as const).flatMap((name) =>
      Object.keys(templates[name].Outputs ?? {}).map((OutputName) =>
        JSON.stringify({
          StackName: `rollcall-${stage}-${name}`,
          Region: name === 'edge' ? 'us-east-1' : 'eu-west-1',
          OutputName,
        }),
      ),
    );
    expect(read.length).toBeGreaterThan(20);
    expect(read.filter((reference) => !there.includes(reference))).toEqual([]);
  });
});

describe.each(STAGES_WITH_CDN)('from the region of the stage %s to that of CloudFront', (stage) => {
  let templates: Templates;
  beforeAll(async () => {
    templates = await synthesise({}, stage);
  });

  it('there are only references that CloudFormation reads when it deploys, to outputs that the api has', () => {
    expect(argumentsOf('Fn::ImportValue', templates.edge)).toEqual([]);
    expect(Object.values(templates.edge.Resources).filter(({ Type }) => /Export|Import/.test(Type))).toEqual([]);
    const read = argumentsOf('Fn::GetStackOutput', templates.edge);
    expect(read.length).toBeGreaterThan(1);
    const outputs = Object.keys(templates.api.Outputs ?? {});
    for (const reference of read) {
      expect(reference).toMatchObject({ StackName: `rollcall-${stage}-api`, Region: 'eu-west-1' });
      expect(reference).toHaveProperty(
        'OutputName',
        expect.toSatisfy((name) => outputs.includes(name)),
      );
    }
  });

  it('there is no way back: the api knows nothing of the edge', () => {
    const text = JSON.stringify([templates.network, templates.data, templates.api]);
    expect(text).not.toContain(`rollcall-${stage}-edge`);
  });
});
