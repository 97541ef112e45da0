import { describe, expect, it } from 'vitest';
import { compile } from './expression.ts';
import { READINGS, type Reading } from './reading.ts';

const [guide, emptyStays, missingStays] = READINGS;
const NONE = Number.NaN;

/** The values of an expression, point by point. */
function values(expression: string, metrics: Record<string, number[]>, reading: Reading | undefined): number[] {
  if (reading === undefined) throw new Error('no such reading');
  const compute = compile(expression, reading);
  const isEmpty = (id: string) => metrics[id]?.every(Number.isNaN) ?? true;
  return (metrics.a ?? []).map((_, index) => compute((id) => metrics[id]?.[index] ?? NONE, isEmpty));
}

describe('metric math', () => {
  const metrics = { a: [30, 20, 0, 0], b: [20, NONE, 20, NONE] };

  it('compares as the user guide does in its table', () => {
    expect(values('a < b', metrics, guide)).toEqual([0, 0, 1, 0]);
    expect(values('a >= 30', metrics, guide)).toEqual([1, 0, 0, 0]);
  });

  it('takes what one side lacks for 0, or not, and drops a division by zero', () => {
    expect(values('a + b', metrics, guide)).toEqual([50, 20, 20, 0]);
    expect(values('a + b', metrics, missingStays)).toEqual([50, NONE, 20, NONE]);
    expect(values('100 * b / a', metrics, guide)).toEqual([200 / 3, 0, NONE, NONE]);
  });

  it('fills what is missing, and a series without any data or not', () => {
    expect(values('FILL(b, 7)', metrics, guide)).toEqual([20, 7, 20, 7]);
    const empty = { a: [1, 2], b: [NONE, NONE] };
    expect(values('FILL(b, 7)', empty, guide)).toEqual([7, 7]);
    expect(values('FILL(b, 7)', empty, emptyStays)).toEqual([NONE, NONE]);
  });

  it('chooses point by point', () => {
    expect(values('IF(a >= 20, b, 5)', metrics, guide)).toEqual([20, 0, 5, 5]);
    expect(values('IF(FILL(b, 0) > 0, 1 + 2 * 3, (1 + 2) * 3)', metrics, guide)).toEqual([7, 9, 7, 9]);
  });

  it.each(['MAX(a)', 'a ANDB b', 'a +', '(a', 'a b', 'FILL(a, REPEAT)'])(
    'refuses %s, which is not simulated',
    (text) => {
      expect(() => values(text, metrics, guide)).toThrow();
    },
  );
});
