import * as v from 'valibot';
import { ChannelName } from '../../lambda/core/telling/channel.ts';
import { ZoneName } from '../../lambda/core/telling/env.ts';
import { MAIL_FROM } from '../../lambda/notify/send-env.ts';
import { flag, text } from '../config/schemas.ts';

const FROM_ALLOWED = 'an address such as rollcall@example.com, or Rollcall <rollcall@example.com>';
const URL_ALLOWED = 'an address without a path, such as https://rollcall.example.com';
const CHANNELS_ALLOWED = 'at most 10 names of channels such as ops';

export const SEND_VALUES = {
  /** The sender of mails; SES must know its domain or address (docs/runbooks/set-up-mail.md). Without it, no mails are sent. */
  mailFrom: v.optional(text(MAIL_FROM, FROM_ALLOWED)),
  /** The channels of sources that name none. Without it, all channels that there are. */
  channels: v.optional(v.pipe(v.array(ChannelName, CHANNELS_ALLOWED), v.maxLength(10, CHANNELS_ALLOWED)), []),
  /** Whether SMS are sent, which cost cents each. */
  sms: v.optional(flag, false),
  /** The time zone of the mornings on which reports are sent. */
  zone: v.optional(ZoneName, 'UTC'),
  /**
   * Where people reach the pages, for the links in messages. Without it, it is the domain, or the public load balancer; behind
   * CloudFront without a domain nobody knows it before the first deployment, and messages have no links.
   */
  pagesUrl: v.optional(text(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, URL_ALLOWED)),
};

/** Where people reach the pages, as far as that is known. */
export function pagesUrlOf(
  {
    pagesUrl,
    domain,
  }: { readonly pagesUrl?: string | undefined; readonly domain?: { readonly name: string } | undefined },
  fronts: readonly { readonly url?: string | undefined }[],
): string | undefined {
  return pagesUrl ?? (domain ? `https://${domain.name}` : fronts.find(({ url }) => url)?.url);
}
