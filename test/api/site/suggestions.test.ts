import { describe, expect, it } from 'vitest';
import { suggest } from '../../../lambda/api/site/suggestions.ts';

describe('a suggestion', () => {
  it.each([
    ['/apps', '/app'],
    ['/ap', '/app'],
    ['/App', '/app'],
    ['/app/', '/app'],
    ['/app/no-id', '/app'],
    ['/app.html', '/app'],
    ['/doc', '/docs'],
    ['/dosc', '/docs'],
    ['/swagger', '/docs'],
    ['/openapi.jsn', '/openapi.json'],
    ['/heath', '/health'],
    ['/index.html', '/'],
  ])('for %s is %s', (path, page) => {
    expect(suggest(path)).toBe(page);
  });

  it.each(['/hello', '/hello/bob', '/', '/x', '/assets/none', '/toString', '/__proto__', `/${'a'.repeat(10_000)}`])(
    'is not made for %.20s, which is near nothing',
    (path) => {
      expect(suggest(path)).toBeUndefined();
    },
  );
});
