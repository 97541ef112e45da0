/** An expectation as people type it into the fields of a form: each field is a text, limits and windows are lines. */
import * as v from 'valibot';
import { type Expectation, ExpectationFields } from '../../../core/roll/expectation.ts';
import { checkSchedule } from '../../../core/roll/schedule.ts';

const Typed = v.optional(v.string());

/** The fields of the form; those that are empty count as not there. */
export const ExpectationForm = v.object({
  every: Typed,
  cron: Typed,
  tz: Typed,
  grace: Typed,
  early: Typed,
  maxRun: Typed,
  failures: Typed,
  recoveries: Typed,
  remind: Typed,
  /** A limit a line: `disk max 90 of 3`. */
  limits: Typed,
  /** A window a line: `0 3 * * 0 for 2h in Europe/Madrid`. */
  windows: Typed,
  channels: Typed,
  tags: Typed,
  description: Typed,
});

export type TypedExpectation = Readonly<v.InferOutput<typeof ExpectationForm>>;
export type TypedField = keyof TypedExpectation;

/** What is wrong with a field, in terms of the form. */
export interface TypedFault {
  readonly field: TypedField;
  readonly allowed: string;
}

const LIMITS_ALLOWED = 'a limit a line: a name, then min or max or both, and how many in a row, as "disk max 90 of 3"';
const WINDOWS_ALLOWED =
  'a window a line: when it begins as in crontab(5), how long it is, and where, as "0 3 * * 0 for 2h in Europe/Madrid"';

/** The expectation that was typed, or what is wrong with it. */
export function readTyped(
  typed: TypedExpectation,
): { readonly expectation: Expectation } | { readonly faults: readonly [TypedFault, ...TypedFault[]] } {
  const { failures, recoveries, limits, windows, channels, tags, ...texts } = typed;
  const [parsedLimits, parsedWindows] = [parsed(limits, limitOf), parsed(windows, windowOf)];
  const [first, ...rest]: TypedFault[] = [
    ...(limits !== undefined && parsedLimits === undefined
      ? [{ field: 'limits' as const, allowed: LIMITS_ALLOWED }]
      : []),
    ...(windows !== undefined && parsedWindows === undefined
      ? [{ field: 'windows' as const, allowed: WINDOWS_ALLOWED }]
      : []),
  ];
  const result = v.safeParse(ExpectationFields, {
    ...trimmed(texts),
    failures: numberOf(failures),
    recoveries: numberOf(recoveries),
    limits: parsedLimits && Object.fromEntries(parsedLimits),
    windows: parsedWindows,
    channels: wordsOf(channels),
    tags: wordsOf(tags),
  });
  if (result.success && first === undefined) {
    const fault = checkSchedule(result.output);
    if (fault === undefined) return { expectation: result.output };
    return { faults: [{ field: fieldOf(fault.field), allowed: fault.allowed }] };
  }
  const others = (result.issues ?? []).map((issue) => ({
    field: fieldOf(v.getDotPath(issue) ?? ''),
    allowed: issue.message,
  }));
  const [one, ...more] = first === undefined ? others : [first, ...rest, ...others];
  // A schema that refuses says why.
  if (one === undefined) throw new TypeError('An expectation was refused without a reason.');
  return { faults: [one, ...more] };
}

/** An expectation as the form shows it. */
export function typedOf(expectation: Expectation): TypedExpectation {
  const { failures, recoveries, limits, windows, channels, tags, ...texts } = expectation;
  const linesOf = (lines: readonly string[]) => (lines.length > 0 ? lines.join('\n') : undefined);
  return {
    ...texts,
    failures: String(failures),
    recoveries: String(recoveries),
    limits: linesOf(
      Object.entries(limits).map(([name, { min, max, of }]) =>
        [name, min !== undefined && `min ${min}`, max !== undefined && `max ${max}`, of > 1 && `of ${of}`]
          .filter(Boolean)
          .join(' '),
      ),
    ),
    windows: linesOf(windows.map((one) => `${one.cron} for ${one.for}${one.tz === undefined ? '' : ` in ${one.tz}`}`)),
    channels: channels?.join(' '),
    tags: tags.length > 0 ? tags.join(' ') : undefined,
  };
}

function fieldOf(path: string): TypedField {
  const [first = ''] = path.split('.');
  const isField = (name: string): name is TypedField => Object.hasOwn(ExpectationForm.entries, name);
  return isField(first) ? first : 'every';
}

function trimmed<T extends Readonly<Record<string, string | undefined>>>(texts: T) {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text?.trim()]));
}

/** A number, or the text that is none, which the schema then refuses. */
function numberOf(text: string | undefined): number | string | undefined {
  const number = Number(text);
  return text === undefined || text.trim() === '' || Number.isNaN(number) ? text : number;
}

function wordsOf(text: string | undefined): string[] | undefined {
  return text?.split(/[\s,]+/).filter((word) => word !== '');
}

/** All lines that are not empty, or undefined if there are none, or one is of no such kind. */
function parsed<T>(text: string | undefined, parse: (line: string) => T | undefined): T[] | undefined {
  const lines = text?.split(/\r?\n/).filter((line) => line.trim() !== '');
  const all = lines?.map(parse);
  return all?.every((one) => one !== undefined) ? all.filter((one) => one !== undefined) : undefined;
}

function limitOf(line: string) {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const parts = new Map<string, number>();
  for (let at = 0; at < words.length; at += 2) {
    const [key = '', number] = [words[at], Number(words[at + 1])];
    if (!['min', 'max', 'of'].includes(key) || parts.has(key) || Number.isNaN(number)) return undefined;
    parts.set(key, number);
  }
  return [name, Object.fromEntries(parts)] as const;
}

function windowOf(line: string) {
  const [, cron, length, tz] = /^(\S.*?)\s+for\s+(\S+)(?:\s+in\s+(\S+))?$/.exec(line.trim()) ?? [];
  return cron === undefined || length === undefined
    ? undefined
    : { cron, for: length, ...(tz !== undefined && { tz }) };
}
