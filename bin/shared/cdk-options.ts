import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ParseArgsConfig } from 'node:util';

/** Options as `parseArgs` of `node:util` wants them described. */
export type Options = NonNullable<ParseArgsConfig['options']>;

interface CdkOption {
  readonly type: 'array' | 'boolean' | 'number' | 'string';
  readonly alias?: string;
  readonly count?: boolean;
}

/** Options that are given in any case, or make no sense with those that are. */
const TAKEN = ['all', 'app', 'quiet', 'watch'];

/** The options of a command of cdk, and those of all its commands: from the list that cdk makes its own parser of. */
export function readCdkOptions(command: string): { readonly ofAll: Options; readonly ofCommand: Options } {
  const registry = new URL('lib/cli/cli-type-registry.json', import.meta.resolve('aws-cdk/package.json'));
  const { globalOptions, commands } = JSON.parse(readFileSync(fileURLToPath(registry), 'utf8'));
  return { ofAll: toOptions(globalOptions), ofCommand: toOptions(commands[command].options) };
}

function toOptions(options: Readonly<Record<string, CdkOption>>): Options {
  const entries = Object.entries(options).flatMap(([name, { type, alias, count }]) => {
    if (TAKEN.includes(name)) return [];
    const kind = type === 'boolean' ? 'boolean' : 'string';
    const option = { type: kind, multiple: type === 'array' || count === true } as const;
    if (alias === undefined) return [[name, option] as const];
    if (alias.length === 1) return [[name, { ...option, short: alias }] as const];
    return [[name, option] as const, [alias, option] as const];
  });
  return Object.fromEntries(entries);
}
