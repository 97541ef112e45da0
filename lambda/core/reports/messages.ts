/** Reports as messages. */
import { messageOf, type Place } from '../telling/announcements.ts';
import type { Message } from '../telling/message.ts';
import { lengthOf, timeIn } from '../telling/times.ts';
import { lastContactCsv, type Unheard } from './last-contact.ts';
import type { Summary } from './summary.ts';

/** A place, and the zone of the stage. */
export interface ReportPlace extends Place {
  readonly zone: string;
}

/** As many rows stand in a message; the others in what is attached, or at the address of the report. */
const MOST_ROWS = 30;
/** What an item of DynamoDB may hold of a table beside the message. */
const MOST_ATTACHED_BYTES = 120_000;

export function lastContactMessage(place: ReportPlace, found: readonly Unheard[], days: number): Message {
  const count = found.length;
  const headline =
    count === 0
      ? `Everybody was heard in the last ${days} days.`
      : `${count === 1 ? 'One source was' : `${count.toLocaleString('en-US')} sources were`} last heard more than ${days} days ago.`;
  const facts = found
    .slice(0, MOST_ROWS)
    .map(({ source, lastContact, days: since }): readonly [string, string] => [
      source,
      lastContact === undefined ? 'never heard' : `${since} days ago, ${timeIn(place.zone, lastContact)}`,
    ]);
  if (count > MOST_ROWS)
    facts.push(['And', `${(count - MOST_ROWS).toLocaleString('en-US')} more, in the table that is attached`]);
  const message = messageOf(place, {
    word: 'LAST CONTACT',
    headline,
    facts,
    path: `/reports/last-contact?days=${days}`,
  });
  if (count === 0) return { ...message, type: 'report.last-contact' };
  const text = beginningOf(lastContactCsv(found));
  return {
    ...message,
    type: 'report.last-contact',
    attachments: [{ name: 'last-contact.csv', type: 'text/csv; charset=utf-8', text }],
  };
}

export function summaryMessage(place: ReportPlace, { from, to, sources, outages, uptime }: Summary): Message {
  const worst = sources.filter(({ downMs }) => downMs > 0).slice(0, MOST_ROWS);
  const headline =
    outages === 0
      ? `No outage in the week, of ${countOf(sources.length, 'source')}.`
      : `${countOf(outages, 'outage')} in the week; ${percent(uptime)} uptime of ${countOf(sources.length, 'source')}.`;
  const facts = [
    ['From', timeIn(place.zone, from)],
    ['To', timeIn(place.zone, to)],
    ...worst.map((one) => [
      one.source,
      `${percent(one.uptime)} up, ${countOf(one.outages, 'outage')}, down for ${lengthOf(one.downMs)}, at most ${lengthOf(one.longestMs)} at once`,
    ]),
  ] as const;
  const rows = facts.map(([name = '', fact = '']): readonly [string, string] => [name, fact]);
  const message = messageOf(place, { word: 'WEEK', headline, facts: rows, path: '/reports/summary' });
  return { ...message, type: 'report.summary' };
}

function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

/** `99.95%`; what is not whole is never shown as if it were. */
export function percent(share: number): string {
  return share === 1 ? '100%' : `${(Math.floor(share * 10_000) / 100).toFixed(2)}%`;
}

/** As many whole lines as may be attached. */
function beginningOf(csv: string): string {
  const bytes = Buffer.from(csv);
  if (bytes.length <= MOST_ATTACHED_BYTES) return csv;
  return bytes.subarray(0, bytes.lastIndexOf('\n', MOST_ATTACHED_BYTES) + 1).toString();
}
