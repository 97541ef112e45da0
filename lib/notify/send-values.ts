import * as v from 'valibot';
import { ChannelName } from '../../lambda/core/telling/channel.ts';
import { MAIL_FROM } from '../../lambda/notify/send-env.ts';
import { flag, text } from '../config/schemas.ts';

const FROM_ALLOWED = 'an address such as rollcall@example.com, or Rollcall <rollcall@example.com>';
const CHANNELS_ALLOWED = 'at most 10 names of channels such as ops';

export const SEND_VALUES = {
  /** The sender of mails; SES must know its domain or address (docs/runbooks/set-up-mail.md). Without it, no mails are sent. */
  mailFrom: v.optional(text(MAIL_FROM, FROM_ALLOWED)),
  /** The channels of sources that name none. Without it, all channels that there are. */
  channels: v.optional(v.pipe(v.array(ChannelName, CHANNELS_ALLOWED), v.maxLength(10, CHANNELS_ALLOWED)), []),
  /** Whether SMS are sent, which cost cents each. */
  sms: v.optional(flag, false),
};
