import { StartError } from './start-error.ts';

/** The levels of lines of the log, the lowest first. */
const LEVELS = ['INFO', 'WARN', 'ERROR'];

/**
 * Leaves out lines of the log below LOG_LEVEL, as Lambda does outside of the function: a line without a level is `INFO`.
 *
 * @param stream what the lines are written to; whatever else is written there stays
 * @throws StartError when there is no such level
 */
export function filterLog(level = 'INFO', stream: Pick<NodeJS.WriteStream, 'write'> = process.stdout): void {
  const lowest = LEVELS.indexOf(level.toUpperCase());
  if (lowest < 0) throw new StartError(`LOG_LEVEL is "${level}"; it must be ${LEVELS.join(', ')}`);
  if (lowest === 0) return;
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: never[]) => {
    if (typeof chunk === 'string' && chunk.startsWith('{"') && LEVELS.indexOf(levelOf(chunk)) < lowest) return true;
    return write(chunk, ...rest);
  };
}

function levelOf(line: string): string {
  const { level = 'INFO' } = JSON.parse(line);
  return level;
}
