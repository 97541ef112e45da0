import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { lastDue } from '../../../lambda/core/reports/due.ts';
import { lastContactCsv, lastContactReport } from '../../../lambda/core/reports/last-contact.ts';
import { lastContactMessage, percent, summaryMessage } from '../../../lambda/core/reports/messages.ts';
import { createReporter, createReportMarks } from '../../../lambda/core/reports/send-reports.ts';
import { summaryOf } from '../../../lambda/core/reports/summary.ts';
import type { SourceState } from '../../../lambda/core/roll/state.ts';
import { backends } from '../../support/stores.ts';
import { channelFor, openTelling } from '../../support/telling.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 30, 7);
const PLACE = { stage: 'prod', channel: 'ops', zone: 'Europe/Madrid', baseUrl: 'https://rollcall.example.com' };

function state(source: string, wish: Partial<SourceState> = {}): SourceState {
  return { source, version: 1, standing: 'up', since: 0, expectation: '{"every":"1d"}', ...wish };
}

const roll = [
  state('fresh', { lastContact: NOW - HOUR }),
  state('old', { lastContact: NOW - 45 * DAY, standing: 'down' }),
  state('older', { lastContact: NOW - 400 * DAY, standing: 'unwatched', expectation: undefined }),
  state('never', { standing: 'waiting' }),
  // Rollcall itself, whose item changed when its last outage ended.
  state('rollcall', { standing: 'unwatched', expectation: undefined }),
  state('new', { standing: 'waiting', since: NOW - DAY }),
];

describe('a report is due', () => {
  it.each([
    ['last-contact', 'Europe/Madrid', '2026-11-01T07:00:00Z', '2026-11-01T07:00:00.000Z', 'last-contact#2026-11-01'],
    ['last-contact', 'Europe/Madrid', '2026-11-01T06:59:59Z', '2026-10-01T06:00:00.000Z', 'last-contact#2026-10-01'],
    ['last-contact', 'Pacific/Auckland', '2026-11-30T20:00:00Z', '2026-11-30T19:00:00.000Z', 'last-contact#2026-12-01'],
    ['last-contact', 'UTC', '2027-01-15T00:00:00Z', '2027-01-01T08:00:00.000Z', 'last-contact#2027-01-01'],
    ['summary', 'UTC', '2026-11-25T00:00:00Z', '2026-11-23T08:00:00.000Z', 'summary#2026-11-23'],
    ['summary', 'America/New_York', '2026-11-23T12:59:00Z', '2026-11-16T13:00:00.000Z', 'summary#2026-11-16'],
  ] as const)('%s in %s at %s', (report, zone, now, at, id) => {
    expect(lastDue(report, zone, Date.parse(now))).toEqual({ at: Date.parse(at), id });
  });

  it('never later than now, and at 8 in the morning of the zone, whatever its clocks do', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Madrid',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    );
    fc.assert(
      fc.property(
        zones,
        fc.constantFrom('last-contact' as const, 'summary' as const),
        fc.integer({ min: 1_700_000_000, max: 2_000_000_000 }),
        (zone, report, seconds) => {
          const now = seconds * 1000;
          const { at } = lastDue(report, zone, now);
          expect(at).toBeLessThanOrEqual(now);
          expect(now - at).toBeLessThan((report === 'summary' ? 7 : 31) * DAY + 2 * HOUR);
          const time = new Date(at).toLocaleTimeString('en-GB', { timeZone: zone });
          expect(time).toBe('08:00:00');
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the report of the last contact', () => {
  it('has who was last heard more than so many days ago, longest first, and before them who was never heard', () => {
    expect(lastContactReport(roll, 30, NOW).map(({ source, days }) => [source, days])).toEqual([
      ['never', undefined],
      ['older', 400],
      ['old', 45],
    ]);
  });

  it('brings a table', () => {
    expect(lastContactCsv(lastContactReport(roll, 30, NOW))).toBe(
      'source,standing,lastContact,days\r\nnever,waiting,never,\r\nolder,unwatched,2025-10-26T07:00:00.000Z,400\r\nold,down,2026-10-16T07:00:00.000Z,45\r\n',
    );
    const message = lastContactMessage(PLACE, lastContactReport(roll, 30, NOW), 30);
    expect(message.subject).toBe('[Rollcall prod] 3 sources were last heard more than 30 days ago');
    expect(message.attachments).toMatchObject([{ name: 'last-contact.csv' }]);
  });

  it('says so when there is nobody', () => {
    const message = lastContactMessage(PLACE, [], 30);
    expect(message.subject).toBe('[Rollcall prod] Everybody was heard in the last 30 days');
    expect(message.attachments).toBeUndefined();
  });

  it('fits into an item, however many there are, and ends with a whole line', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => state(`source-${index}`, { lastContact: index }));
    const message = lastContactMessage(PLACE, lastContactReport(many, 30, NOW), 30);
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(300_000);
    const lines = (message.attachments?.[0]?.text ?? '').split('\r\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.at(-2)?.split(',')).toHaveLength(4);
    expect(message.text).toContain('And:        19,970 more');
  });
});

describe('the summary', () => {
  const [from, to] = [NOW - 7 * DAY, NOW];
  const outage = (source: string, start: number, end?: number, reason: 'silent' | 'limit' = 'silent') => ({
    id: `${source}-${start}`,
    source,
    startedAt: from + start * HOUR,
    reason,
    ...(end !== undefined && { endedAt: from + end * HOUR }),
  });

  it('has the worst first, with what lies within the time alone', () => {
    const open = outage('down', 160);
    const states = [
      state('good'),
      state('bad'),
      state('down', { outage: open }),
      state('ignored', { expectation: undefined }),
    ];
    const history = [
      outage('bad', -5, 10),
      outage('bad', 20, 22),
      outage('good', 1, 2, 'limit'),
      outage('ignored', 0, 9),
      { ...open },
    ];
    const { sources, outages, uptime } = summaryOf(states, history, { from, to });
    expect(
      sources.map(({ source, outages: count, downMs, longestMs }) => [source, count, downMs / HOUR, longestMs / HOUR]),
    ).toEqual([
      ['bad', 2, 12, 10],
      ['down', 1, 8, 8],
      ['good', 0, 0, 0],
    ]);
    expect(outages).toBe(3);
    expect(uptime).toBeCloseTo(1 - 20 / (3 * 168));
  });

  it('is never beyond the time, whatever overlaps', () => {
    const span = fc.tuple(fc.integer({ min: -50, max: 200 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
        const history = spans.map(([start, length]) => outage('x', start, start + length));
        const [one] = summaryOf([state('x')], history, { from, to }).sources;
        expect(one?.uptime).toBeGreaterThanOrEqual(0);
        expect(one?.uptime).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is told with the worst of them', () => {
    const summary = summaryOf([state('bad'), state('good')], [outage('bad', 0, 3)], { from, to });
    const { subject, text } = summaryMessage(PLACE, summary);
    expect(subject).toBe('[Rollcall prod] 1 outage in the week; 99.10% uptime of 2 sources');
    expect(text).toContain('bad:        98.21% up, 1 outage, down for 3 h, at most 3 h at once');
    expect(text).not.toContain('good:');
    expect(summaryMessage(PLACE, summaryOf([state('x')], [], { from, to })).subject).toBe(
      '[Rollcall prod] No outage in the week, of 1 source',
    );
  });

  it('never shows what is not whole as if it were', () => {
    expect([1, 0.99999, 0.5, 0].map(percent)).toEqual(['100%', '99.99%', '50.00%', '0.00%']);
  });
});

describe.each(backends())('reports, on $name', (backend) => {
  const opening = openTelling(backend);
  afterAll(async () => (await opening).close());

  it('go out once, however often and by however many they are sent, and not by SMS', async () => {
    const { channels, notices, endpoint, tableName } = await opening;
    await channels.put(channelFor('hook'));
    await channels.put(channelFor('phone', { kind: 'sms', to: ['+34600000000'] }));
    const marks = createReportMarks({
      client: createDynamoClient({ region: 'us-east-1', dynamodbEndpoint: endpoint }),
      tableName,
    });
    const reporter = () => createReporter({ ...PLACE, channels, notices, marks, outagesSince: async () => [] });
    // The first of December, 8 in Madrid; and a Tuesday.
    const first = Date.UTC(2026, 11, 1, 7);
    const report = reporter();
    await report(roll, first - HOUR);
    expect(await notices.recent('hook', 9)).toHaveLength(1);
    await Promise.all([1, 2, 3].map(() => reporter()(roll, first)));
    for (let i = 0; i < 3; i++) await report(roll, first + i * HOUR);
    await reporter()(roll, first + DAY);
    expect((await notices.recent('hook', 9)).map(({ purpose }) => purpose)).toEqual(['report', 'report']);
    expect(await notices.recent('phone', 9)).toEqual([]);
    // Weeks later it is no news.
    await reporter()(roll, first + 5 * DAY);
    expect(await notices.recent('hook', 9)).toHaveLength(2);
  });
});
