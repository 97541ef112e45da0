/** How the requirements look into templates. */
import { expect } from 'vitest';
import type { CfnTemplate, Json, Resource, Templates } from '../../support/synth.ts';

/** What templates must hold, as a check that throws. */
export interface Requirement {
  readonly name: string;
  readonly check: (templates: Templates) => void;
}

/** The resources of a type, by logical id. */
export function ofType({ Resources }: CfnTemplate, type: string): [string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** The properties of the one resource of a type whose logical id begins so. */
export function propertiesOf(template: CfnTemplate, type: string, prefix = ''): Readonly<Record<string, Json>> {
  const found = ofType(template, type).filter(([id]) => id.startsWith(prefix));
  expect(found, `${type} ${prefix}`).toHaveLength(1);
  return found[0]?.[1].Properties ?? {};
}

/** The properties of all resources of a type. */
export function allProperties(template: CfnTemplate, type: string): Readonly<Record<string, Json>>[] {
  return ofType(template, type).map(([, { Properties = {} }]) => Properties);
}

export function allResources(templates: Templates): [string, Resource][] {
  return Object.values(templates).flatMap(({ Resources }) => Object.entries(Resources));
}

/** The text of an ARN or a name that CloudFormation joins. */
export function textOf(value: Json | undefined): string {
  return JSON.stringify(value);
}

export const anything = expect.anything();
