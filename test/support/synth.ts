import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStageApp } from '../../bin/shared/stage-app.ts';

/** A value of a template, as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, Json>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdatePolicy?: Json;
  readonly UpdateReplacePolicy?: string;
}

export interface CfnTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json; readonly Export?: { readonly Name: Json } }>>;
}

/** The last parts of the names of a stage's stacks. */
export const STACKS = ['network', 'data', 'api', 'edge', 'monitoring'] as const;

/** The templates of a stage. One without CloudFront has nothing in `edge`. */
export type Templates = Readonly<Record<(typeof STACKS)[number], CfnTemplate>>;

const synthesised = new Map<string, Promise<string>>();

/**
 * Synthesises a stage of cdk.json, some of whose values are changed; the same one only once in a process.
 *
 * @param without the last parts of the names of stacks that are left out
 */
export async function synthesise(
  changes: object = {},
  stage = 'poc',
  without: readonly (keyof Templates)[] = [],
): Promise<Templates> {
  const key = JSON.stringify([changes, stage, without]);
  const text = synthesised.get(key) ?? synthesiseAnew(changes, stage, without);
  synthesised.set(key, text);
  return JSON.parse(await text);
}

async function synthesiseAnew(changes: object, stage: string, without: readonly (keyof Templates)[]): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'rollcall-'));
  try {
    const { app } = await createStageApp(stage, outdir, changes);
    for (const name of without) app.node.tryRemoveChild(`rollcall-${stage}-${name}`);
    app.synth();
    const read = (name: string) => {
      const file = join(outdir, `rollcall-${stage}-${name}.template.json`);
      return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { Resources: {} };
    };
    return JSON.stringify(Object.fromEntries(STACKS.map((name) => [name, read(name)])));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
