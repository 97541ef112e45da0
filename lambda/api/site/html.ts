import { html as template } from 'hono/html';

/** Markup that is safe to send: what came into it was escaped. */
export interface Html {
  toString(): string;
}

/** A template that escapes whatever is put into it, except other templates. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  const markup = template(parts, ...values);
  // The library waits for promises among the values; pages are made of values that are there.
  if (markup instanceof Promise) throw new TypeError('A page was given a promise.');
  return markup;
}

export { raw } from 'hono/html';
