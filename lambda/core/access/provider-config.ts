/** What a stage says of its identity provider: who vouches for people and workloads, and whom of them it lets in. */
import * as v from 'valibot';
import { SCOPES } from './principal.ts';

const ISSUER_ALLOWED = 'the https address by which the provider calls itself, such as https://login.example.com';
const CLIENT_ALLOWED = '1 to 256 visible characters: the audience of the tokens';
const ALLOW_ALLOWED =
  'at least one claim with a pattern, such as {"email": "*@example.com"}: without one, everybody is let in whom the provider knows';
const SCOPES_ALLOWED = `at least one of ${SCOPES.join(', ')}`;
const ALLOWED = 'an object with issuer, clientId, allow and scopes';

/** On this machine a provider may speak plain HTTP. */
const ISSUER = /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$))[^\s?#]+$/;

export const ProviderConfig = v.strictObject(
  {
    /** As it stands in the tokens, to the letter. */
    issuer: v.pipe(
      v.string(ISSUER_ALLOWED),
      v.check((text) => ISSUER.test(text) && URL.canParse(text), ISSUER_ALLOWED),
    ),
    /** By which the provider knows us: the audience of all tokens that we take. */
    clientId: v.pipe(v.string(CLIENT_ALLOWED), v.regex(/^[!-~]{1,256}$/, CLIENT_ALLOWED)),
    /** The claims that a token must have, all of them: by name a pattern, in which `*` is any text. */
    allow: v.pipe(v.record(v.string(), v.string(ALLOW_ALLOWED), ALLOW_ALLOWED), v.minEntries(1, ALLOW_ALLOWED)),
    /** What whoever is let in may do. */
    scopes: v.pipe(v.array(v.picklist(SCOPES, SCOPES_ALLOWED), SCOPES_ALLOWED), v.minLength(1, SCOPES_ALLOWED)),
  },
  ALLOWED,
);
export type ProviderConfig = Readonly<v.InferOutput<typeof ProviderConfig>>;

/** The same, as it stands in the environment. */
export const ProviderVariable = v.pipe(v.string(ALLOWED), v.parseJson(undefined, `JSON: ${ALLOWED}`), ProviderConfig);
