import { parseArgs } from 'node:util';
import { SCOPES } from '../../lambda/core/access/principal.ts';
import { messageOf } from '../../local/error-message.ts';
import type { KeyWish, RotateWish } from './key-table.ts';

/** How `npm run keys` is called. */
export const USAGE = `Usage: npm run keys -- VERB [--stage NAME]
  create --name NAME --scope ${SCOPES.join('|')} [--source PATTERN] [--expires 90d]
  list
  rotate --name NAME [--overlap 1d] [--expires 90d]
  revoke --name NAME
--scope and --source may come more than once. Times are so many m, h or d. Without --stage it is the store of this machine.`;

/** The command line is not one that `USAGE` describes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for. */
export type Command = { readonly stage: string | undefined } & (
  | ({ readonly verb: 'create' } & KeyWish)
  | { readonly verb: 'list' }
  | ({ readonly verb: 'rotate' } & RotateWish)
  | { readonly verb: 'revoke'; readonly name: string }
);

const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const PATTERN = /^[A-Za-z0-9._*-]{1,64}$/;
const UNITS = new Map([
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);
const OPTIONS = {
  stage: { type: 'string' },
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  source: { type: 'string', multiple: true },
  expires: { type: 'string' },
  overlap: { type: 'string' },
} as const;
/** What each verb takes beside the stage. */
const TAKEN = {
  create: ['name', 'scope', 'source', 'expires'],
  list: [],
  rotate: ['name', 'overlap', 'expires'],
  revoke: ['name'],
} as const satisfies Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>>;

/** @throws UsageError that says what is wrong */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [verb = '', ...rest] = positionals;
  if (!isVerb(verb)) throw new UsageError(verb === '' ? 'A verb is missing' : `Unknown verb '${verb}'`);
  const taken: readonly string[] = TAKEN[verb];
  const stray = rest[0] ?? Object.keys(values).find((option) => option !== 'stage' && !taken.includes(option));
  if (stray !== undefined) throw new UsageError(`${verb} takes no '${stray}'`);
  const { stage, expires } = values;
  if (verb === 'list') return { verb, stage };
  const name = matching('--name', values.name, NAME, '1 to 64 of A-Z a-z 0-9 . _ -');
  if (verb === 'revoke') return { verb, stage, name };
  const lifetime = expires === undefined ? undefined : secondsOf('--expires', expires);
  if (verb === 'rotate')
    return { verb, stage, name, lifetime, overlap: secondsOf('--overlap', values.overlap ?? '1d') };
  const scopes = membersOf(values.scope).map((scope) => {
    const known = SCOPES.find((one) => one === scope);
    if (known === undefined) throw new UsageError(`--scope is '${scope}'; it must be one of ${SCOPES.join(', ')}`);
    return known;
  });
  if (scopes.length === 0) throw new UsageError('--scope is missing');
  const sources = membersOf(values.source).map((source) =>
    matching('--source', source, PATTERN, '1 to 64 of A-Z a-z 0-9 . _ - and *, which is any text'),
  );
  return { verb, stage, name, scopes, lifetime, ...(sources.length > 0 && { sources }) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error).replace(/\. .*/s, ''));
  }
}

function isVerb(verb: string): verb is keyof typeof TAKEN {
  return Object.hasOwn(TAKEN, verb);
}

/** Each once, with commas between or given again. */
function membersOf(values: readonly string[] = []): string[] {
  return [...new Set(values.flatMap((value) => value.split(',')))];
}

function matching(option: string, value: string | undefined, pattern: RegExp, allowed: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  if (!pattern.test(value)) throw new UsageError(`${option} is '${value}'; it must be ${allowed}`);
  return value;
}

function secondsOf(option: string, value: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(value) ?? [];
  const seconds = Number(count) * (UNITS.get(unit) ?? Number.NaN);
  if (!Number.isFinite(seconds)) throw new UsageError(`${option} is '${value}'; it must be such as 30m, 12h or 90d`);
  return seconds;
}
