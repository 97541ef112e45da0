import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../local/options.ts';

describe('the flags of npm start', () => {
  it('are a load balancer alone unless they say otherwise', () => {
    expect(parseOptions([])).toEqual({ front: 'alb', cdn: false });
    expect(parseOptions(['--cdn'])).toEqual({ front: 'alb', cdn: true });
    expect(parseOptions(['--front', 'http-api'])).toEqual({ front: 'http-api', cdn: false });
    expect(parseOptions(['--cdn', '--front=alb'])).toEqual({ front: 'alb', cdn: true });
  });

  it.each([
    [['--front', 'nginx'], '--front is "nginx"; it must be alb or http-api'],
    [
      ['--front'],
      "Option '--front <value>' argument missing; the flags are npm start -- [--front alb|http-api] [--cdn]",
    ],
    [['--front', '--cdn'], "Option '--front' argument is ambiguous; the flags are"],
    [['--cdn=yes'], "Option '--cdn' does not take an argument; the flags are"],
    [['--fronts', 'alb'], "Unknown option '--fronts'; the flags are"],
    [['http-api'], "Unexpected argument 'http-api'; the flags are"],
  ])('are refused in one line: %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).toThrow(/^.*$/);
  });
});
