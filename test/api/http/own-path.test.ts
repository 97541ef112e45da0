import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownPath } from '../../../lambda/api/http/own-path.ts';

const HERE = 'https://rollcall.example';

describe('where somebody goes on to', () => {
  it.each([
    '/',
    '/app',
    '/app?limit=5&source=a%20b',
    '/app/x',
    '/hello/j%C3%BCrgen',
    '/docs?next=//evil.example',
    '/sign-ins',
  ])('may be %s', (path) => {
    expect(ownPath(path)).toBe(path);
  });

  it.each([
    undefined,
    '',
    'app',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/app/..//evil.example',
    '/%2e//evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/a\r\nset-cookie: x=1',
    '/a\u0000',
    '/\u202e',
    '/jürgen',
    '@evil.example',
    `/${'a'.repeat(3000)}`,
    // Would lead round in a circle.
    '/sign-in',
    '/sign-in?next=/app',
    '/sign-out',
    '/x/../sign-out',
    '/%2e%2e/sign-out',
  ])('is the start page instead of %j', (path) => {
    expect(ownPath(path)).toBe('/');
  });

  it('is always of this host, whatever is asked for', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      '.',
      '..',
      '%2f',
      '%5c',
      '%2e',
      '@',
      ':',
      '?',
      '#',
      'evil.example',
      'https:',
      '\t',
      '\n',
      ' ',
      'a',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((all) => all.join('')),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(text, (asked) => {
        const path = ownPath(asked);
        expect(new URL(path, HERE).origin).toBe(HERE);
        expect(new URL(path, `${HERE}/sign-in`).origin).toBe(HERE);
        expect(path).toMatch(/^\/(?!\/)[!-~]*$/);
        // It is what it is: the browser makes nothing else of it.
        expect(ownPath(path)).toBe(path);
      }),
      { numRuns: 20_000 },
    );
  });
});
