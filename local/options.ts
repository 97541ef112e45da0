import { parseArgs } from 'node:util';
import { messageOf } from './error-message.ts';
import { FRONTS, type FrontName } from './fronts/fronts.ts';
import { StartError } from './start-error.ts';

/** The front of the function. */
export interface StartOptions {
  readonly front: FrontName;
  /** Whether CloudFront stands before that. */
  readonly cdn: boolean;
}

const USAGE = `npm start -- [--front ${FRONTS.join('|')}] [--cdn]`;

/**
 * Reads the flags of `npm start`.
 *
 * @throws StartError that says which flag is wrong, and which there are
 */
export function parseOptions(args: readonly string[]): StartOptions {
  const { front: name, cdn } = parse(args);
  const front = FRONTS.find((known) => known === name);
  if (front === undefined) throw new StartError(`--front is "${name}"; it must be ${FRONTS.join(' or ')}`);
  return { front, cdn };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { front: { type: 'string', default: FRONTS[0] }, cdn: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    const what = messageOf(error).split(/\.\s/)[0];
    throw new StartError(`${what}; the flags are ${USAGE}`);
  }
}
