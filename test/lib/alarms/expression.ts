/** The part of CloudWatch's metric math that alarms use: point by point, so that the length of the range plays no part. */
import type { Reading } from './reading.ts';

/** The value of an expression for one data point. NaN is a missing one. */
export type Compute = (valueFor: (id: string) => number, isEmpty: (id: string) => boolean) => number;

interface Node {
  readonly compute: Compute;
  /** A scalar is there for every data point, but makes none. */
  readonly isScalar: boolean;
}

const OPERATORS: readonly Readonly<Record<string, (left: number, right: number) => number>>[] = [
  {
    '>=': (left, right) => Number(left >= right),
    '<=': (left, right) => Number(left <= right),
    '>': (left, right) => Number(left > right),
    '<': (left, right) => Number(left < right),
  },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  {
    '*': (left, right) => left * right,
    // A data point that would divide by zero is dropped.
    '/': (left, right) => (right === 0 ? Number.NaN : left / right),
  },
];

/** @throws Error for what is not known here: an alarm must not rest on what is not simulated */
export function compile(expression: string, { missingIsZero, fillsEmpty }: Reading): Compute {
  const tokens = expression.match(/[A-Za-z]\w*|[\d.]+|>=|<=|[-+*/()<>,]|\S/g) ?? [];
  let position = 0;
  const take = (expected?: string): string => {
    const token = tokens[position];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`'${expression}': ${expected ?? 'more'} expected, not ${token ?? 'its end'}`);
    }
    position += 1;
    return token;
  };

  const binary = (left: Node, right: Node, apply: (left: number, right: number) => number): Node => ({
    isScalar: left.isScalar && right.isScalar,
    compute: (valueFor, isEmpty) => {
      const [a, b] = [left.compute(valueFor, isEmpty), right.compute(valueFor, isEmpty)];
      const isMissing = Number.isNaN(a) || Number.isNaN(b);
      if (!isMissing) return apply(a, b);
      if (!missingIsZero || left.isScalar || right.isScalar || (Number.isNaN(a) && Number.isNaN(b))) return Number.NaN;
      return apply(Number.isNaN(a) ? 0 : a, Number.isNaN(b) ? 0 : b);
    },
  });
  const level = (index: number): Node => {
    const operators = OPERATORS[index];
    if (operators === undefined) return operand();
    let left = level(index + 1);
    for (let apply = operators[tokens[position] ?? '']; apply; apply = operators[tokens[position] ?? '']) {
      take();
      left = binary(left, level(index + 1), apply);
    }
    return left;
  };
  const operand = (): Node => {
    const token = take();
    if (token === '(') {
      const inner = level(0);
      take(')');
      return inner;
    }
    if (token === 'FILL') return fill();
    if (token === 'IF') return choose();
    if (/^\d/.test(token)) return { isScalar: true, compute: () => Number(token) };
    if (/^[a-z]/.test(token)) return { isScalar: false, compute: (valueFor) => valueFor(token) };
    throw new Error(`'${expression}': ${token} is not simulated`);
  };
  /** FILL(metric, scalar) */
  const fill = (): Node => {
    take('(');
    const id = take();
    take(',');
    const filler = Number(take());
    if (Number.isNaN(filler)) throw new Error(`'${expression}': only numbers are filled in here`);
    take(')');
    return {
      isScalar: false,
      compute: (valueFor, isEmpty) => {
        const value = valueFor(id);
        if (!Number.isNaN(value)) return value;
        return fillsEmpty || !isEmpty(id) ? filler : Number.NaN;
      },
    };
  };
  /** IF(series, one, other) */
  const choose = (): Node => {
    take('(');
    const condition = level(0);
    take(',');
    const one = level(0);
    take(',');
    const other = level(0);
    take(')');
    return {
      isScalar: false,
      compute: (valueFor, isEmpty) => {
        const value = condition.compute(valueFor, isEmpty);
        if (Number.isNaN(value)) return Number.NaN;
        if (value === 0) return other.compute(valueFor, isEmpty);
        const chosen = one.compute(valueFor, isEmpty);
        return Number.isNaN(chosen) ? 0 : chosen;
      },
    };
  };

  const { compute } = level(0);
  if (position < tokens.length) throw new Error(`'${expression}': ${tokens[position]} is one too many`);
  return compute;
}
