import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../lambda/api/http/errors.ts';
import { readQuery } from '../../../lambda/api/http/input.ts';
import type { HttpRequest } from '../../../lambda/api/http/request.ts';

const ALLOWED = 'two or three of a-z';
const Fields = v.object({
  a: v.optional(
    v.pipe(v.string(ALLOWED), v.regex(/^[a-z]+$/, ALLOWED), v.maxLength(3, ALLOWED), v.minLength(2, 'at least two')),
  ),
  b: v.optional(v.pipe(v.string(), v.maxLength(1, 'one character'))),
});

function refused(query: HttpRequest['query']): HttpError {
  const request: HttpRequest = {
    method: 'GET',
    path: '/',
    query,
    headers: new Map(),
    body: new Uint8Array(),
    fromCdn: false,
    isDeploymentCheck: false,
    requestId: 'r-1',
    ingress: 'alb',
    clientIp: '192.0.2.1',
    protocol: 'http',
    host: 'localhost',
  };
  try {
    readQuery(request, Fields);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('what is wrong with a query', () => {
  it('is told once a field, the first fault of each', () => {
    const { errors, message } = refused([
      ['a', 'A'],
      ['b', 'xx'],
    ]);
    expect(errors).toEqual([
      { in: 'query', field: 'a', received: '"A"', allowed: ALLOWED },
      { in: 'query', field: 'b', received: '"xx"', allowed: 'one character' },
    ]);
    expect(message).toBe(`a: got "A", allowed is ${ALLOWED}. b: got "xx", allowed is one character.`);
  });

  it('is cut where it is longer than 100 characters as JSON, and then says how long it was', () => {
    // With its quotes.
    expect(refused([['a', 'x'.repeat(98)]]).errors?.[0]?.received).toBe(`"${'x'.repeat(98)}"`);
    expect(refused([['a', 'x'.repeat(99)]]).errors?.[0]?.received).toBe(`"${'x'.repeat(99)}... (101 characters)`);
  });

  it('names a field that is not known, in quotes if it is no word, and cut', () => {
    expect(refused([['c', '1']]).message).toBe('c: got "1", allowed is one of the names a, b.');
    expect(refused([['c%20d', '1']]).message).toMatch(/^"c d": got/);
    expect(refused([['c'.repeat(200), '1']]).errors?.[0]?.field).toBe('c'.repeat(100));
  });
});
