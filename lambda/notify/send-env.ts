/** The environment of the function that sends. */
import * as v from 'valibot';
import { CORE_ENV, CORE_FIELDS, parseTableNames, parseVariables, type Variables } from '../core/env.ts';
import { TELLING_ENV, TELLING_FIELDS } from '../core/telling/env.ts';

const FROM_ALLOWED = 'an address such as rollcall@example.com, or Rollcall <rollcall@example.com>';
/** A name of ASCII without what has a meaning in headers, or none; and an address. */
export const MAIL_FROM = /^(?:[\w .-]{1,64} <([\w.+-]{1,64}@[a-z0-9.-]{3,253})>|[\w.+-]{1,64}@[a-z0-9.-]{3,253})$/i;
const PARAMETER_ALLOWED = 'the name of an SSM parameter, such as /rollcall/prod/channel-key';

/** The names of the variables, for whatever sets them; that of the table is in the registry of tables. */
export const SEND_ENV = {
  ...CORE_ENV,
  ...TELLING_ENV,
  mailFrom: 'MAIL_FROM',
  keyParameter: 'CHANNEL_KEY_PARAMETER',
  sms: 'SMS',
} as const;

const FIELDS = {
  ...CORE_FIELDS,
  ...TELLING_FIELDS,
  /** The sender of mails. @default - no mails are sent */
  mailFrom: v.optional(v.pipe(v.string(FROM_ALLOWED), v.regex(MAIL_FROM, FROM_ALLOWED))),
  /** Whether SMS are sent. */
  sms: v.optional(v.picklist(['1'], '1, or not set')),
  /** Where the key lies that opens secrets. */
  keyParameter: v.pipe(v.string(PARAMETER_ALLOWED), v.regex(/^\/[\w.\-/]{1,1000}$/, PARAMETER_ALLOWED)),
};

export type SendEnv = ReturnType<typeof parseSendEnv>;

/** @throws EnvError that names the variable, what came and what is allowed */
export function parseSendEnv(variables: Variables) {
  return { ...parseVariables(FIELDS, SEND_ENV, variables), tables: parseTableNames('send', variables) };
}
