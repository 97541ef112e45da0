import * as v from 'valibot';
import { unless, wholeNumber } from '../config/schemas.ts';

/** CloudFront in front of the stage. */
const Cdn = v.strictObject(
  {
    /** Raised by one, and deployed, it changes the secret between CloudFront and the function (docs/adr/0010). */
    originSecretGeneration: v.optional(wholeNumber(1, 9999), 1),
    /** How long the pages that are the same for everybody may be kept at the edge. */
    pageCacheSeconds: v.optional(wholeNumber(1, 3600), 60),
  },
  'an object with originSecretGeneration and pageCacheSeconds, both optional',
);

/** The web application firewall of CloudFront. */
const Waf = v.strictObject(
  {
    /** AWS counts from 10 on. */
    requestsPer5Minutes: wholeNumber(10, 2_000_000_000),
  },
  'an object with requestsPer5Minutes, for each address',
);

export const EDGE_VALUES = { cdn: v.optional(Cdn), waf: v.optional(Waf) };

/** The values of the edge that do not fit each other. */
export function edgeMisfits({ cdn, waf }: { readonly cdn?: object | undefined; readonly waf?: object | undefined }) {
  return unless(
    waf === undefined || cdn !== undefined,
    'waf',
    'left out, because there is no cdn that it could protect',
  );
}
