import * as v from 'valibot';
import { CHANNEL_KINDS } from '../../core/telling/channel.ts';

const KIND_ALLOWED = `one of ${CHANNEL_KINDS.join(', ')}`;
const TO_ALLOWED =
  'for mail 1 to 10 addresses such as ops@example.com, for sms 1 to 10 numbers such as +34600000000, and nothing for others';
export const URL_ALLOWED =
  'for slack and webhook an address that begins with https:// and has no user in it, and nothing for others';
export const SECRET_ALLOWED =
  'for webhook whsec_ and 24 to 64 bytes in base64, such as "whsec_$(openssl rand -base64 32)" makes, and nothing for others';

/** What makes a channel. What is secret is looked at elsewhere: what is wrong with it must not be shown. */
export const ChannelFields = v.object({
  kind: v.picklist(CHANNEL_KINDS, KIND_ALLOWED),
  to: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(TO_ALLOWED), v.maxLength(320, TO_ALLOWED)), TO_ALLOWED),
      v.maxLength(10, TO_ALLOWED),
    ),
    [],
  ),
  url: v.optional(v.string(URL_ALLOWED)),
  secret: v.optional(v.string(SECRET_ALLOWED)),
});
export type ChannelFields = v.InferOutput<typeof ChannelFields>;

const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const NUMBER = /^\+[1-9]\d{6,14}$/;

/** What is wrong with whom a channel goes to; undefined if nothing is. */
export function recipientProblem({ kind, to }: ChannelFields): string | undefined {
  const pattern = kind === 'mail' ? ADDRESS : kind === 'sms' ? NUMBER : undefined;
  const fits = pattern === undefined ? to.length === 0 : to.length > 0 && to.every((one) => pattern.test(one));
  return fits ? undefined : TO_ALLOWED;
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

export function isSigningSecret(text: string): boolean {
  const bytes = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

/** Whether messages may be posted there, as far as the address says. */
export function isHookAddress(text: string, allowPrivate: boolean): boolean {
  if (text.length > 2048 || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  const spoken = protocol === 'https:' || (allowPrivate && protocol === 'http:');
  return spoken && username === '' && password === '';
}
