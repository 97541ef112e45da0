/** The schemas that the values of several rooms are made of. The message of each says what is allowed. */
import { isIPv4 } from 'node:net';
import * as v from 'valibot';

/** A value that is right by itself, but not beside the others. */
export interface Misfit<Name extends string = string> {
  readonly name: Name;
  /** The values that it may have, and because of what. */
  readonly allowed: string;
}

/** A misfit, unless something holds. */
export function unless<Name extends string>(fits: boolean, name: Name, allowed: string): Misfit<Name>[] {
  return fits ? [] : [{ name, allowed }];
}

export const flag = v.boolean('true or false');

export function wholeNumber(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

/** A number, not always whole. */
export function numberIn(min: number, max: number, allowed: string) {
  return v.pipe(v.number(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

export function text(pattern: RegExp, allowed: string) {
  return v.pipe(v.string(allowed), v.regex(pattern, allowed));
}

export function oneOf<const Names extends readonly string[]>(names: Names) {
  return v.picklist(names, `one of ${names.join(', ')}`);
}

/** A block of IPv4 addresses whose mask has `from` to `to` bits. */
export function block(from: number, to: number, allowed: string) {
  return v.pipe(
    v.string(allowed),
    v.check((text) => {
      const [address = '', mask = '', ...rest] = text.split('/');
      const bits = Number(mask);
      return rest.length === 0 && isIPv4(address) && /^\d{1,2}$/.test(mask) && bits >= from && bits <= to;
    }, allowed),
  );
}
