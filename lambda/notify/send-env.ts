/** The environment of the function that sends. */
import * as v from 'valibot';
import { CORE_ENV, CORE_FIELDS, list, parseTableNames, parseVariables, type Variables } from '../core/env.ts';
import { ChannelName } from '../core/telling/channel.ts';

const FROM_ALLOWED = 'an address such as rollcall@example.com, or Rollcall <rollcall@example.com>';
/** A name of ASCII without what has a meaning in headers, or none; and an address. */
export const MAIL_FROM = /^(?:[\w .-]{1,64} <([\w.+-]{1,64}@[a-z0-9.-]{3,253})>|[\w.+-]{1,64}@[a-z0-9.-]{3,253})$/i;
const URL_ALLOWED = 'an address without a path, such as https://rollcall.example.com';
const CHANNELS_ALLOWED = 'names of channels, with commas between';
const PARAMETER_ALLOWED = 'the name of an SSM parameter, such as /rollcall/prod/channel-key';

/** The names of the variables, for whatever sets them; that of the table is in the registry of tables. */
export const NOTIFY_ENV = {
  ...CORE_ENV,
  mailFrom: 'MAIL_FROM',
  baseUrl: 'BASE_URL',
  defaultChannels: 'DEFAULT_CHANNELS',
  keyParameter: 'CHANNEL_KEY_PARAMETER',
  sms: 'SMS',
} as const;

/** What whoever tells people knows of the stage, sending or not. */
export const TELLING_FIELDS = {
  /** Where people reach the pages. @default - unknown */
  baseUrl: v.optional(
    v.pipe(
      v.string(URL_ALLOWED),
      v.check((text) => URL.canParse(text) && new URL(text).origin === text, URL_ALLOWED),
    ),
  ),
  /** The channels of sources that name none. @default - all that there are */
  defaultChannels: list((text) => v.is(ChannelName, text), CHANNELS_ALLOWED),
};

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

export type NotifyEnv = ReturnType<typeof parseNotifyEnv>;

/** @throws EnvError that names the variable, what came and what is allowed */
export function parseNotifyEnv(variables: Variables) {
  return { ...parseVariables(FIELDS, NOTIFY_ENV, variables), tables: parseTableNames('notify', variables) };
}
