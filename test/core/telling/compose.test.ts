import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Composition, compose } from '../../../lambda/core/telling/compose.ts';
import type { Message } from '../../../lambda/core/telling/message.ts';
import { DAILY, eventOf, MINUTE, NOW, told } from './events.ts';

const HOUR = 60 * MINUTE;
const BASE = 'https://rollcall.example.com';

function messageOf(composition: Partial<Composition>): Message {
  const message = compose({ stage: 'prod', channel: 'ops', told: [], now: NOW, baseUrl: BASE, ...composition });
  if (message === undefined) throw new Error('nothing is left to tell');
  return message;
}

/** A message as a file that a person can read: each form of it under its name. */
function readable({ subject, sms, text, html, slack, type, events, threads = [] }: Message): string {
  const blocks = slack.map((block) => {
    const texts = block.type === 'context' ? block.elements : [block.text];
    return `[${block.type}]\n${texts.map((one) => one.text).join('\n')}`;
  });
  return [
    `SUBJECT: ${subject}`,
    `SMS (${sms.length}): ${sms}`,
    `THREADS: ${threads.join(', ')}`,
    `===== PLAIN TEXT\n${text}`,
    `===== SLACK\n${blocks.join('\n')}`,
    `===== WEBHOOK\n${type}\n${JSON.stringify(events, null, 2)}`,
    `===== HTML\n${html}`,
  ].join('\n');
}

const fifty = Array.from({ length: 50 }, (_, index) =>
  told({ source: `node-${String(index + 1).padStart(2, '0')}`, lastContact: NOW - 20 * MINUTE, at: NOW }),
);

const SCENARIOS: Readonly<Record<string, Partial<Composition>>> = {
  opened: {
    told: [told({ expectation: DAILY, lastContact: NOW - 24 * HOUR, lastNote: 'dumped 48 GB\nto s3 <ok> & "fine"' })],
  },
  'opened-unknown-address': { told: [told({ expectation: DAILY })], baseUrl: undefined },
  failed: {
    told: [told({ outage: { reason: 'failed', detail: 'exit 2' }, expectation: { ...DAILY, tz: 'Pacific/Auckland' } })],
  },
  overdue: { told: [told({ outage: { reason: 'overdue' } })] },
  affected: { told: [told({ source: 'disk', outage: { reason: 'limit', detail: 'disk = 93.5, at most 90' } })] },
  reopened: { told: [told({ kind: 'reopened' })] },
  resolved: {
    told: [
      told({
        kind: 'resolved',
        outage: { startedAt: NOW - 160 * MINUTE, endedAt: NOW, endedBy: 'answer' },
        expectation: DAILY,
      }),
    ],
  },
  'resolved-by-a-pause': { told: [told({ kind: 'resolved', outage: { endedAt: NOW, endedBy: 'pause' } })] },
  reminded: { told: [told({ kind: 'reminded', outage: { startedAt: NOW - 27 * HOUR } })] },
  flapping: { told: [told({ kind: 'flapping' })] },
  steady: { told: [told({ kind: 'steady' })] },
  'noticed-late': { told: [told({ outage: { startedAt: NOW - 3 * HOUR } })], away: 160 * MINUTE },
  blind: { told: [told({ source: 'rollcall' })] },
  'blind-no-more': {
    told: [told({ source: 'rollcall', kind: 'resolved', outage: { endedAt: NOW, endedBy: 'answer' } })],
  },
  fifty: { told: fifty },
  mixed: {
    told: [
      told({ kind: 'resolved', source: 'b', outage: { endedAt: NOW, endedBy: 'answer' } }),
      told({ source: 'a' }),
      told({ kind: 'reminded', source: 'c', outage: { startedAt: NOW - HOUR } }),
    ],
  },
};

describe('compose', () => {
  // `npx vitest run test/core/telling/compose.test.ts -u` writes them.
  it.each(Object.entries(SCENARIOS))('says what golden/%s.txt has', async (name, composition) => {
    await expect(readable(messageOf(composition))).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('shows fifty outages in one message, and of more only how many there are', () => {
    const message = messageOf({
      told: [...fifty, ...fifty.map(({ event }, index) => told({ source: `more-${index}`, at: event.at }))],
    });
    expect(message.text).toContain('And 50 more. All of them: https://rollcall.example.com/outages');
    expect(message.text.match(/^DOWN: /gm)).toHaveLength(50);
    expect(message.events).toHaveLength(50);
  });

  it('tells nothing of what opened and resolved in one go', () => {
    const both = [told(), told({ kind: 'resolved', at: NOW + MINUTE, outage: { endedAt: NOW } })];
    expect(compose({ stage: 'prod', channel: 'ops', told: both, now: NOW })).toBeUndefined();
    const other = told({ source: 'other' });
    expect(messageOf({ told: [...both, other] }).text).not.toContain('backup-db');
  });

  it('says the same, whatever the order of the events', () => {
    const some = [...fifty.slice(0, 6), told({ kind: 'reminded', source: 'x' }), told({ kind: 'steady', source: 'y' })];
    const expected = messageOf({ told: some });
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: some.length }), (shuffled) => {
        expect(messageOf({ told: shuffled })).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps every limit of every form, and one line a subject, whatever people have typed', () => {
    const typed = fc.string({ unit: 'binary', maxLength: 3_000 });
    fc.assert(
      fc.property(typed, typed, fc.integer({ min: 1, max: 60 }), (detail, lastNote, count) => {
        const some = Array.from({ length: count }, (_, index) =>
          told({
            source: `s${index}`,
            outage: { reason: 'failed', detail },
            lastNote,
            expectation: { ...DAILY, description: detail },
          }),
        );
        const { subject, slack, sms, html } = messageOf({ told: some });
        expect(subject).toMatch(/^[^\r\n]{1,150}$/);
        expect(sms).toMatch(/^[\x20-\x7e]{1,160}$/);
        expect(slack.length).toBeLessThanOrEqual(50);
        for (const block of slack) {
          const texts = block.type === 'context' ? block.elements : [block.text];
          for (const { text } of texts) {
            expect(text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
            expect(text.isWellFormed()).toBe(true);
            // The only marks that Slack takes for a link or a mention are ours.
            expect(
              text.replaceAll(/<https:\/\/rollcall\.example\.com\/[^|<>]*\|(Its page|its page|All of them)>/g, ''),
            ).not.toMatch(/[<>]/);
          }
        }
        expect(
          html.replaceAll(
            /<(!doctype html|\/?(html|head|meta|title|body|p|strong|h2|table|tr|td|hr|a))( [^<>]*)?>/g,
            '',
          ),
        ).not.toMatch(/[<>]/);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same event for a webhook, however often it is composed', () => {
    expect(messageOf({ told: [told()] }).events[0]).toMatchObject({
      id: eventOf().id,
      kind: 'opened',
      source: 'backup-db',
    });
  });
});
