/** A message: what is sent to people, complete, so that whoever sends it composes nothing. */
import * as v from 'valibot';

/** A block of Slack's Block Kit, of the kinds that messages are made of. */
const SlackText = v.object({ type: v.picklist(['plain_text', 'mrkdwn']), text: v.string() });
const SlackBlock = v.union([
  v.object({ type: v.picklist(['header', 'section']), text: SlackText }),
  v.object({ type: v.literal('context'), elements: v.array(SlackText) }),
]);
export type SlackBlock = v.InferOutput<typeof SlackBlock>;

/** What a webhook is told of one event. Times are of RFC 3339. */
const WebhookEvent = v.record(v.string(), v.union([v.string(), v.number()]));
export type WebhookEvent = Readonly<v.InferOutput<typeof WebhookEvent>>;

export const Message = v.object({
  /** One line, at most 150 characters. */
  subject: v.string(),
  text: v.string(),
  html: v.string(),
  /** At most 50 blocks, sections of at most 3,000 characters. */
  slack: v.array(SlackBlock),
  /** At most 160 characters of GSM 03.38. */
  sms: v.string(),
  /** What a webhook gets as JSON, beside the id and the time of the notice. */
  type: v.string(),
  events: v.array(WebhookEvent),
  /** The outages in whose threads a mail belongs, at most 10. @default - a thread of its own */
  threads: v.optional(v.array(v.string())),
  /** Where people may be told less, if that is known. */
  settingsUrl: v.optional(v.string()),
  attachments: v.optional(v.array(v.object({ name: v.string(), type: v.string(), text: v.string() }))),
});
/** @see Message */
export type Message = Readonly<v.InferOutput<typeof Message>>;

/** The most that is shown of the events of one message; of the others only how many they are. */
export const MOST_SHOWN = 50;
