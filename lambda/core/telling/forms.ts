/** The forms of a message: plain text, HTML, blocks of Slack, an SMS. Each escapes for itself. */
import type { Message, SlackBlock } from './message.ts';
import { type Phrases, wholeCharacters } from './phrases.ts';

/** One event of a message, with the address of the page about it, if that is known. */
export interface ShownEvent extends Phrases {
  readonly link: string | undefined;
}

/** Everything that a message says, before it has a form. */
export interface Frame {
  readonly subject: string;
  /** That it was noticed late, if it was. */
  readonly late?: string | undefined;
  readonly events: readonly ShownEvent[];
  /** How many events there are beside those. */
  readonly more: number;
  readonly channel: string;
  readonly stage: string;
  /** The addresses of the page of all outages, and of the channel. @default - unknown */
  readonly all?: string | undefined;
  readonly settings?: string | undefined;
}

/** How to be told less. */
const LESS =
  'To be told less, give the source a longer grace, more failures in a row or a maintenance window, pause it, or change its channels';

function footerOf({ channel, stage }: Frame): string {
  return `Rollcall ${stage} told this through the channel ${channel}. ${LESS}`;
}

function moreOf({ more }: Frame): string | undefined {
  return more > 0 ? `And ${more.toLocaleString('en-US')} more.` : undefined;
}

/** All forms of a message. */
export function formsOf(frame: Frame): Pick<Message, 'subject' | 'text' | 'html' | 'slack' | 'sms'> {
  return {
    subject: frame.subject,
    text: plainTextOf(frame),
    html: htmlOf(frame),
    slack: slackOf(frame),
    sms: smsOf(frame),
  };
}

function plainTextOf(frame: Frame): string {
  const { late, events, all, settings } = frame;
  const paragraphs = events.map(({ word, headline, facts, link }) =>
    [
      `${word}: ${headline}`,
      ...facts.map(([name, fact]) => `  ${`${name}:`.padEnd(12)}${fact}`),
      ...(link ? [`  ${'Page:'.padEnd(12)}${link}`] : []),
    ].join('\n'),
  );
  const more = moreOf(frame);
  const rest = more && (all ? `${more} All of them: ${all}` : more);
  const footer = `--\n${footerOf(frame)}${settings ? `: ${settings}` : '.'}`;
  return `${[late, ...paragraphs, rest, footer].filter((part) => part !== undefined).join('\n\n')}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}

/** Markup without anything that mail readers load, or that depends on style sheets. */
function htmlOf(frame: Frame): string {
  const { subject, late, events, all, settings } = frame;
  const anchor = (url: string, text: string) => `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`;
  const sections = events.map(({ word, headline, facts, link }) => {
    const rows = facts.map(
      ([name, fact]) =>
        `<tr><td style="padding:0 1em 0 0;color:#666;vertical-align:top">${escapeHtml(name)}</td><td>${escapeHtml(fact)}</td></tr>`,
    );
    const page = link ? `<p>${anchor(link, 'Its page')}</p>` : '';
    return `<h2 style="font-size:1.1em;margin:1.2em 0 .4em">${escapeHtml(word)}: ${escapeHtml(headline)}</h2>
<table role="presentation" style="border-collapse:collapse">
${rows.join('\n')}
</table>
${page}`;
  });
  const more = moreOf(frame);
  const rest = more ? `<p>${escapeHtml(more)}${all ? ` ${anchor(all, 'All of them')}` : ''}</p>` : '';
  const less = settings ? ` (${anchor(settings, 'its page')})` : '';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font-family:system-ui,sans-serif;line-height:1.4">
${late ? `<p><strong>${escapeHtml(late)}</strong></p>` : ''}
${sections.join('\n')}
${rest}
<hr>
<p style="color:#666;font-size:.9em">${escapeHtml(footerOf(frame))}${less}.</p>
</body>
</html>
`;
}

/** Of Slack (API reference, "Blocks"). */
const MOST_BLOCKS = 50;
const MOST_OF_SECTION = 3_000;
const MOST_OF_HEADER = 150;

/** Nothing in a text is a link, a mention or a channel, once these three are escaped (Slack, "Formatting text"). */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackOf(frame: Frame): SlackBlock[] {
  const { subject, late, events, all, settings } = frame;
  const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
  const link = (url: string, text: string) => `<${escapeSlack(url)}|${text}>`;
  const texts = events.map(({ word, headline, facts, link: page }) =>
    wholeEntities(
      [
        `*${escapeSlack(word)}*: ${escapeSlack(headline)}`,
        ...facts.map(([name, fact]) => `${escapeSlack(name)}: ${escapeSlack(fact)}`),
        ...(page ? [link(page, 'Its page')] : []),
      ].join('\n'),
      MOST_OF_SECTION,
    ),
  );
  const more = moreOf(frame);
  const rest = more && `${more}${all ? ` ${link(all, 'All of them')}` : ''}`;
  const sections = packed([late && `*${late}*`, ...texts, rest].filter((text) => text !== undefined));
  const footer = `${escapeSlack(footerOf(frame))}${settings ? `: ${link(settings, 'its page')}` : '.'}`;
  return [
    { type: 'header', text: { type: 'plain_text', text: wholeCharacters(subject, MOST_OF_HEADER) } },
    ...sections.slice(0, MOST_BLOCKS - 2).map((text) => ({ type: 'section' as const, text: mrkdwn(text) })),
    { type: 'context', elements: [mrkdwn(footer)] },
  ];
}

/** Texts in as few sections as hold them, between which an empty line stands. */
function packed(texts: readonly string[]): string[] {
  const sections: string[] = [];
  for (const text of texts) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + 2 + text.length <= MOST_OF_SECTION) {
      sections[sections.length - 1] = `${last}\n\n${text}`;
    } else sections.push(text);
  }
  return sections;
}

/** The beginning of a text that has no half of an entity at its end. */
function wholeEntities(text: string, most: number): string {
  return text.length <= most ? text : `${wholeCharacters(text, most - 3).replace(/&[a-z]*$/, '')}...`;
}

const MOST_OF_SMS = 160;

/** One SMS of seven bits a character: what is not in both ASCII and GSM 03.38's basic set is a question mark. */
function smsOf({ subject, events, more, late }: Frame): string {
  const [first] = events;
  const alone = events.length === 1 && more === 0 && first !== undefined;
  const facts = alone ? first.facts.filter(([name]) => name === 'Since').map(([name, fact]) => `${name} ${fact}`) : [];
  const text = [subject.replace(/^\[(.*?)\]/, '$1:'), ...facts, late].filter((part) => part !== undefined).join('. ');
  const plain = text.replaceAll(/[^\w !"#$%&'()*+,\-./:;<=>?@]/gu, '?');
  return plain.length <= MOST_OF_SMS ? plain : `${plain.slice(0, MOST_OF_SMS - 3)}...`;
}
