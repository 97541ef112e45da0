/** Channels: where people are told. What of a channel is secret is sealed (sealed.ts), and never comes out again. */
import * as v from 'valibot';
import { Name } from '../text/name.ts';

export const ChannelName = Name;

export const CHANNEL_KINDS = ['mail', 'slack', 'webhook', 'sms'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What each kind needs: people whom it goes to, or secrets, by their names. */
export const CHANNEL_NEEDS = {
  mail: { to: true, secrets: [] },
  slack: { to: false, secrets: ['url'] },
  webhook: { to: false, secrets: ['url', 'secret'] },
  sms: { to: true, secrets: [] },
} as const satisfies Readonly<Record<ChannelKind, { readonly to: boolean; readonly secrets: readonly SecretName[] }>>;

/** The secrets that a channel may have: an address that lets whoever knows it post, and what signs. */
export type SecretName = 'url' | 'secret';
export const SECRET_NAMES: readonly SecretName[] = ['url', 'secret'];

/** What a secret is for, so that it opens for nothing else. */
export function purposeOf(channel: string, secret: SecretName): string {
  return `channel/${channel}/${secret}`;
}

const text = v.optional(v.string());
const number = v.optional(v.number());

/** A channel as it is stored: `pk = "c"`, `sk` = its name. Times are in milliseconds since the Unix epoch. */
export const ChannelItem = v.object({
  sk: ChannelName,
  kind: v.picklist(CHANNEL_KINDS),
  /** Addresses or numbers, with commas between. */
  to: text,
  /** Sealed secrets, by their names. */
  sealed: v.optional(v.object({ url: text, secret: text }), {}),
  updatedAt: v.number(),
  updatedBy: text,
  /** Since when the other side says that there is nobody any more (404, 410), and what it said. */
  brokenAt: number,
  brokenBecause: text,
});

export interface Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly to: readonly string[];
  readonly sealed: Readonly<Partial<Record<SecretName, string>>>;
  readonly updatedAt: number;
  readonly updatedBy?: string | undefined;
  readonly brokenAt?: number | undefined;
  readonly brokenBecause?: string | undefined;
}

/** The channel that an item has; undefined for one that has none of ours, which keeps no other from working. */
export function channelOf(item: unknown): Channel | undefined {
  const parsed = v.safeParse(ChannelItem, item);
  if (!parsed.success) return undefined;
  const { sk: name, to, sealed, ...rest } = parsed.output;
  const known = { ...(sealed.url && { url: sealed.url }), ...(sealed.secret && { secret: sealed.secret }) };
  return { name, to: to === undefined ? [] : to.split(','), sealed: known, ...rest };
}

export interface Routing {
  readonly channels: readonly Channel[];
  /** The names of those of the stage. @default - all that there are */
  readonly defaults?: readonly string[] | undefined;
}

/**
 * The names of the channels through which a source's events are told: those that it names, or else those of the stage. If
 * none of these works, the others of the stage tell it, then all others: nothing is told to nobody while there is somebody.
 *
 * @param named those of the source. @default - it names none
 */
export function channelsFor(named: readonly string[] | undefined, { channels, defaults }: Routing): readonly string[] {
  const all = channels.map(({ name }) => name);
  const working = channels.filter(({ brokenAt }) => brokenAt === undefined).map(({ name }) => name);
  const wanted = named ?? defaults ?? all;
  if (wanted.length === 0) return [];
  const choices = [wanted, defaults ?? all, all].map((names) => working.filter((name) => names.includes(name)));
  return choices.find((names) => names.length > 0) ?? all.filter((name) => wanted.includes(name));
}
