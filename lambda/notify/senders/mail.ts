import type { Message } from '../../core/telling/message.ts';
import { EVENT_HEADER } from '../../core/telling/notice.ts';
import type { Attempt, Send } from './sender.ts';

/** A mail, before somebody encodes it. No header of it has what people typed but the subject. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** `<...>`, where it can be chosen: SES gives one of its own. */
  readonly messageId: string;
  /** By name; all in ASCII. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: NonNullable<Message['attachments']>;
}

/** Sends one mail: SES on AWS, SMTP or files on one machine. */
export type Mailer = (mail: Mail) => Promise<Attempt>;

export interface MailOptions {
  readonly mailer: Mailer;
  /** The sender: `Rollcall <rollcall@example.com>` or the address alone. */
  readonly from: string;
}

/** Makes what sends a notice as a mail to all addresses of a channel. */
export function createMailSender({ mailer, from }: MailOptions): Send {
  const address = /<([^<>]+)>$/.exec(from)?.[1] ?? from;
  const domain = address.split('@')[1] ?? 'rollcall.invalid';
  const idOf = (id: string) => `<${id.replaceAll(/[^\w.-]/g, '_')}@${domain}>`;
  return async ({ id, message }, { name, to }) => {
    const { subject, text, html, threads = [], settingsUrl, attachments = [] } = message;
    const [first] = threads;
    const less = `<mailto:${address}?subject=${encodeURIComponent(`Less of ${name}`)}>`;
    return mailer({
      from,
      to,
      subject: oneHeaderLine(subject),
      text,
      html,
      messageId: idOf(id),
      headers: {
        [EVENT_HEADER]: id,
        // So that no absence answers it (RFC 3834).
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        'List-Unsubscribe': settingsUrl === undefined ? less : `<${settingsUrl}>, ${less}`,
        // No mail has these ids: what refers to the same ones is one thread.
        ...(first !== undefined && { 'In-Reply-To': idOf(first), References: threads.map(idOf).join(' ') }),
      },
      attachments,
    });
  };
}

/** What was composed has no line breaks; whatever has come in nevertheless ends no header. */
function oneHeaderLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
