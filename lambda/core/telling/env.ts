/** What whoever tells people knows of its stage, by composing or by sending. */
import * as v from 'valibot';
import { list } from '../env.ts';
import { isZone } from '../roll/expectation.ts';
import { ChannelName } from './channel.ts';

const URL_ALLOWED = 'an address without a path, such as https://rollcall.example.com';
const CHANNELS_ALLOWED = 'names of channels, with commas between';
const ZONE_ALLOWED = 'a time zone such as Europe/Madrid';

/** The name of a time zone of the IANA database. */
export const ZoneName = v.pipe(v.string(ZONE_ALLOWED), v.check(isZone, ZONE_ALLOWED));

/** The names of the variables, for whatever sets them. */
export const TELLING_ENV = { baseUrl: 'PAGES_URL', defaultChannels: 'DEFAULT_CHANNELS', zone: 'ZONE' } as const;

export const TELLING_FIELDS = {
  /** Where people reach the pages. @default - unknown, and messages have no links */
  baseUrl: v.optional(
    v.pipe(
      v.string(URL_ALLOWED),
      // The names of load balancers have capital letters.
      v.check((text) => URL.canParse(text) && new URL(text).origin === text.toLowerCase(), URL_ALLOWED),
      v.transform((text) => new URL(text).origin),
    ),
  ),
  /** The channels of sources that name none; without any, all that there are. */
  defaultChannels: v.pipe(
    list((text) => v.is(ChannelName, text), CHANNELS_ALLOWED),
    v.transform((names) => (names.length === 0 ? undefined : names)),
  ),
  /** The zone of the days on which reports are sent. */
  zone: v.optional(ZoneName, 'UTC'),
};
