import * as v from 'valibot';

const KEY_ALLOWED = 'a key, as npm run keys has printed it';
const NEXT_ALLOWED = 'a path of this host to go on to';
const WITH_ALLOWED = 'provider';
const ANSWER_ALLOWED = 'what an identity provider answers';

const Next = v.optional(v.string(NEXT_ALLOWED));
const Answered = v.optional(v.string(ANSWER_ALLOWED));

/** What the page for signing in takes. */
export const SignInQuery = v.object({ next: Next, with: v.optional(v.literal('provider', WITH_ALLOWED)) });
/** What its form sends. */
export const SignInForm = v.object({ next: Next, key: v.string(KEY_ALLOWED) });
/** What an identity provider has a browser send, beside what each adds. */
export const ProviderAnswer = v.object({ id_token: Answered, state: Answered, error: Answered });
export type ProviderAnswer = v.InferOutput<typeof ProviderAnswer>;
/** What may be sent: one of these. */
export const SignInBody = v.object({
  ...SignInForm.entries,
  key: v.optional(v.string(KEY_ALLOWED)),
  ...ProviderAnswer.entries,
});
