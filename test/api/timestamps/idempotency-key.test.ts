import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../lambda/api/http/errors.ts';
import { toRequest } from '../../../lambda/api/http/request.ts';
import { readIdempotencyKey } from '../../../lambda/api/timestamps/idempotency-key.ts';
import { ANONYMOUS, type Principal } from '../../../lambda/core/access/principal.ts';

/** The key of a request that has these lines of the header. */
function keyOf(...lines: string[]): string | undefined {
  return keyFor(ANONYMOUS, ...lines);
}

function keyFor(principal: Principal, ...lines: string[]): string | undefined {
  const multiValueHeaders = lines.length > 0 ? { 'idempotency-key': lines } : {};
  const request = toRequest({ httpMethod: 'POST', multiValueHeaders }, { awsRequestId: 'r-1' }, () => false);
  return readIdempotencyKey(request, principal);
}

describe('an idempotency key', () => {
  it('may be absent', () => {
    expect(keyOf()).toBeUndefined();
  });

  it.each([
    ['a UUID', '8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['base64', 'q+/9==', 'q+/9=='],
    ['one character', '0', '0'],
    ['255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['every character that may be bare', "!#$%&'()*+-./0:<=>?@A[]^_`a{|}~", "!#$%&'()*+-./0:<=>?@A[]^_`a{|}~"],
    ['a string', '"8e03978e"', '8e03978e'],
    ['a string with spaces, commas and semicolons', '"a, b; c"', 'a, b; c'],
    ['a string with escapes', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['a string of 255 characters, of which escapes are one', `"${'\\"'.repeat(255)}"`, '"'.repeat(255)],
  ])('may be %s', (_, value, key) => {
    expect(keyOf(value)).toBe(key);
  });

  it('is one of its name, where there is one', () => {
    const named = (name: string): Principal => ({ kind: 'named', name, scopes: [] });
    const keys = [
      keyFor(named('a'), 'bc'),
      keyFor(named('ab'), 'c'),
      keyOf('abc'),
      keyOf('a'),
      keyFor(named('a'), 'b'),
    ];
    expect(new Set(keys).size).toBe(5);
    expect(keyFor(named('a'), '"bc"')).toBe(keys[0]);
    expect(keyFor(named('a'))).toBeUndefined();
  });

  it.each([
    ['empty', ['']],
    ['an empty string', ['""']],
    ['256 characters', ['k'.repeat(256)]],
    ['a string of 256 characters', [`"${'k'.repeat(256)}"`]],
    ['a string without its end', ['"abc']],
    ['a string without its start', ['abc"']],
    ['a string with a quote in it', ['"a"b"']],
    ['an escape of something else', [String.raw`"a\b"`]],
    ['a string with parameters', ['"abc";v=1']],
    ['bare, with a space', ['a b']],
    ['bare, with a backslash', ['a\\b']],
    ['bare, with a semicolon', ['a;b']],
    ['a list', ['a,b']],
    ['more than ASCII', ['clé']],
    ['a string with more than ASCII', ['"clé"']],
    ['a control character', ['"a\tb"']],
    ['sent twice', ['abc', 'abc']],
    ['sent twice as strings', ['"abc"', '"abc"']],
  ])('may not be %s', (_, lines) => {
    expect(() => keyOf(...lines)).toThrow(HttpError);
    expect(() => keyOf(...lines)).toThrow(/"idempotency-key": got ".*allowed is once, 1 to 255 printable ASCII/);
  });
});
