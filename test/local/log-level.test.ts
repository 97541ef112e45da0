import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { filterLog } from '../../local/log-level.ts';

const LINES = [
  '{"message":"request"}\n',
  '{"level":"WARN","message":"w"}\n',
  '{"level":"ERROR","message":"e"}\n',
  'Rollcall answers\n',
];

function written(level: string | undefined): string {
  const stream = new PassThrough({ encoding: 'utf8' });
  filterLog(level, stream);
  for (const line of LINES) stream.write(line);
  return String(stream.read());
}

describe('LOG_LEVEL', () => {
  it.each([
    [undefined, LINES],
    ['INFO', LINES],
    ['WARN', LINES.slice(1)],
    ['error', LINES.slice(2)],
  ])('%s leaves out lines below it, and nothing else', (level, lines) => {
    expect(written(level)).toBe(lines.join(''));
  });

  it('is refused if there is none of that name', () => {
    expect(() => written('verbose')).toThrow('LOG_LEVEL is "verbose"; it must be INFO, WARN, ERROR');
  });
});
