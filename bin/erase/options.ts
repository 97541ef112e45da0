import { parseArgs } from 'node:util';
import { UsageError, usageProblem } from '../../local/usage.ts';
import { SUBJECT_KINDS, type Subject } from '../records/scan-matches.ts';
import { subjectOf } from '../records/subject.ts';

export const USAGE = `Usage: npm run erase -- --source X | --person Y | --address A [--stage NAME] [--dry-run | --yes]
  --source X     the records of a source, its place in the roll, its outages and their notes
  --person Y     somebody's birthday, and the records that were recorded by, or name as their source, somebody of that name;
                 of the roll the same, with the notes of that name, and the name of who acknowledged outages
  --address A    the records that came from an address, as it is stored
  --stage NAME   a stage of cdk.json; without it, the store of this machine
  --dry-run      says what would be erased, and erases nothing
  --yes          does not ask`;

/** What is to be erased, and whether somebody is asked before. */
export interface EraseOptions {
  readonly subject: Subject;
  readonly stage: string | undefined;
  readonly isDry: boolean;
  readonly yes: boolean;
}

/** @throws UsageError that says what is wrong */
export function parseEraseOptions(args: readonly string[]): EraseOptions {
  const { stage, 'dry-run': isDry, yes, ...named } = parse(args);
  const [first, ...others] = SUBJECT_KINDS.flatMap((kind): Subject[] => {
    const name = named[kind];
    return name === undefined ? [] : [subjectOf(kind, name)];
  });
  if (first === undefined || others.length > 0) {
    throw new UsageError(
      `${others.length === 0 ? 'None' : 'More than one'} of --source, --person, --address is given; it takes one`,
    );
  }
  if (first.name === '') throw new UsageError(`--${first.kind} is empty`);
  if (isDry && yes) throw new UsageError('--dry-run and --yes are both given; it takes one');
  return { subject: first, stage, isDry, yes };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { source: text, person: text, address: text, stage: text, 'dry-run': flag, yes: flag },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(usageProblem(error));
  }
}
