import { parseArgs } from 'node:util';
import { clampInstant, isId, parseRfc3339 } from '../../lambda/core/timestamps/timestamp-id.ts';
import { UsageError, usageProblem } from '../../local/usage.ts';
import { RECORD_FORMATS, type RecordFormat } from '../records/record-text.ts';

export const USAGE = `Usage: npm run export -- [--stage NAME] [--source X] [--from TIME] [--to TIME] [--after ID] [--format ${RECORD_FORMATS.join('|')}] > FILE
  --stage NAME   a stage of cdk.json; without it, the store of this machine
  --source X     records of this source only
  --from, --to   records at or after the one time and before the other, such as 2026-11-20T22:15:00Z
  --after ID     goes on behind this record: to add to a file that is not complete (>>)
  --format NAME  ${RECORD_FORMATS.join(' or ')} (${RECORD_FORMATS[0]})`;

/** Which records are exported, and as what. */
export interface ExportOptions {
  readonly stage: string | undefined;
  readonly source: string | undefined;
  /** Microseconds since the Unix epoch. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly after: string | undefined;
  readonly format: RecordFormat;
}

/** @throws UsageError that says what is wrong */
export function parseExportOptions(args: readonly string[]): ExportOptions {
  const { stage, source, from, to, after, format: name } = parse(args);
  const format = RECORD_FORMATS.find((known) => known === name);
  if (format === undefined) throw new UsageError(`--format is '${name}'; it must be ${RECORD_FORMATS.join(' or ')}`);
  if (after !== undefined && !isId(after)) {
    throw new UsageError(`--after is '${after}'; it must be the id of a timestamp`);
  }
  return { stage, source, from: instantOf('--from', from), to: instantOf('--to', to), after, format };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const format = { type: 'string', default: RECORD_FORMATS[0] } as const;
  const options = { stage: text, source: text, from: text, to: text, after: text, format };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(usageProblem(error));
  }
}

function instantOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const micros = parseRfc3339(text);
  if (micros === undefined) {
    throw new UsageError(`${option} is '${text}'; it must be a time of RFC 3339, such as 2026-11-20T22:15:00Z`);
  }
  return clampInstant(micros);
}
