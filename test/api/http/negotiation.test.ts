import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferredType } from '../../../lambda/api/http/negotiation.ts';
import { toRequest } from '../../../lambda/api/http/request.ts';

const OFFERED = ['text/plain', 'application/json', 'text/html'] as const;

function preferred(accept: string | undefined): string | undefined {
  const headers = accept === undefined ? {} : { accept };
  return preferredType(toRequest({ headers }, { awsRequestId: 'r' }, undefined), OFFERED);
}

describe('the type of an answer', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'text/plain'],
    ['*/*', 'text/plain'],
    ['application/json', 'application/json'],
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['application/json;q=0.5, text/html', 'text/html'],
    ['text/html;q=0.4,text/*;q=0.3,application/json;q=.7', 'application/json'],
    ['text/plain;q=0, */*', 'application/json'],
    ['image/png, application/*;q=0.1', 'application/json'],
    ['application/json;profile="a, text/html;q=1";q=0.9, text/html;q=0.8', 'application/json'],
    // What Java's HttpURLConnection sends.
    ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'text/html'],
  ])('for Accept: %s is %s', (accept, type) => {
    expect(preferred(accept)).toBe(type);
  });

  it.each([
    '',
    ' ',
    ',',
    ', ,',
    '*',
    '*;q=0.5',
    'json',
    '*/json',
    'image/png;q=high',
    'image/png;q=',
    'image/png;q',
    'image/png;q=1.5',
    'image/png;q=-1',
    'image/png;q="0.5"',
    'image/png;q=0,5',
    'image png',
    'image/',
    '/png',
    'image/png/x',
    '"',
    'image/png, what?',
  ])('is the first one where Accept cannot be understood: %j', (accept) => {
    expect(preferred(accept)).toBe('text/plain');
  });

  it('is anything to who sends more than 1,024 characters', () => {
    const long = (length: number) => `text/html;x="${'y'.repeat(length - 'text/html;x=""'.length)}"`;
    expect(preferred(long(1024))).toBe('text/html');
    expect(preferred(long(1025))).toBe('text/plain');
  });

  it('is what is understood, rather than anything, where a part cannot be', () => {
    expect(preferred('application/json;q=high')).toBe('application/json');
    expect(preferred('what?, text/html;q=0.1')).toBe('text/html');
  });

  it.each(['image/png', 'image/*', 'image/png;q=0.5, text/csv', '*/*;q=0', 'text/*;q=0, application/*;q=0'])(
    'is none of ours for who asks for nothing that there is: %s',
    (accept) => {
      expect(preferred(accept)).toBeUndefined();
    },
  );

  const token = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,6}$/);
  const range = fc.oneof(
    fc.tuple(token, token).map(([type, subtype]) => `${type}/${subtype}`),
    fc.constantFrom('*/*', 'text/*', ...OFFERED),
  );
  const weight = fc.constantFrom('', ';q=1', '; q=0.3', ';charset=utf-8;q=0.2', ';q=0', ';v="a,b;q=0"');
  const member = fc.tuple(range, weight).map(([type, q]) => type + q);
  const wellFormed = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;.*)?$/s;

  it('is always there where a part of Accept is no media range, whatever else it says', () => {
    const garbage = fc.string().filter((text) => !wellFormed.test(text) && !/[",]/.test(text) && text.trim() !== '');
    fc.assert(
      fc.property(fc.array(member), garbage, fc.array(member), (before, text, after) => {
        expect(OFFERED).toContain(preferred([...before, text, ...after].join(',')));
      }),
    );
  });

  it('is that of the greatest weight, of well-formed headers', () => {
    const weights = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.shuffledSubarray([...OFFERED], { minLength: 3 }), weights, (types, list) => {
        const accept = types.map((type, i) => `${type};q=${(list[i] ?? 0) / 1000}`).join(', ');
        expect(preferred(accept)).toBe(types[list.indexOf(Math.max(...list))]);
      }),
    );
  });
});
