import { expect } from 'vitest';
import type { Json, Templates } from '../../support/synth.ts';

/** Of a resource. */
export type Properties = Record<string, Json>;

/** What is changed in the resources of a type whose id begins so; those that are `remove`d are gone. */
export interface Mutation {
  readonly what: string;
  readonly type: string;
  readonly prefix?: string;
  /** What of a resource is changed. @default 'Properties' */
  readonly part?: 'Properties' | 'UpdatePolicy';
  readonly change: (properties: Properties) => unknown;
}

export const remove = () => 'remove';
export const without = (name: string) => (properties: Properties) => {
  delete properties[name];
};
export const set = (name: string, value: Json) => (properties: Properties) => {
  properties[name] = value;
};
/** Replaces a text wherever it stands in a property, so that it must stand there. */
export const replace = (name: string, text: string, by: string) => (properties: Properties) => {
  const before = JSON.stringify(properties[name]);
  expect(before).toContain(text);
  properties[name] = JSON.parse(before.replaceAll(text, by));
};

/** A copy of the templates with the mutation. */
export function mutate(templates: Templates, { type, prefix = '', part = 'Properties', change }: Mutation): Templates {
  const copy: Record<
    keyof Templates,
    { Resources: Record<string, { Type: string; Properties?: Properties; UpdatePolicy?: Properties }> }
  > = JSON.parse(JSON.stringify(templates));
  let found = 0;
  for (const template of Object.values(copy)) {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource.Type !== type || !id.startsWith(prefix)) continue;
      found += 1;
      if (change(resource[part] ?? {}) === 'remove') delete template.Resources[id];
    }
  }
  expect(found).toBeGreaterThan(0);
  return copy;
}
