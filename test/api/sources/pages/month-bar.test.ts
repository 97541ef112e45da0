import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BarOutage, barBegin, monthBar } from '../../../../lambda/api/sources/pages/month-bar.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-20T12:00:00Z');
const FROM = Date.parse('2026-10-22T00:00:00Z');

const bar = (outages: readonly BarOutage[], knownFrom?: number) => {
  const text = monthBar(outages, NOW, knownFrom).toString();
  const shape = (name: string) => new RegExp(`class="${name}" d="([^"]*)"`).exec(text)?.[1];
  return { label: /aria-label="([^"]*)"/.exec(text)?.[1], down: shape('d'), affected: shape('a'), unknown: shape('u') };
};

describe('the bar of the last 30 days', () => {
  it('ends with today', () => {
    expect(barBegin(NOW)).toBe(FROM);
  });

  it('is whole where there was no outage', () => {
    expect(bar([])).toEqual({ label: 'no outage', down: undefined, affected: undefined, unknown: undefined });
  });

  it('has days as high as their share of them, and high enough to be seen', () => {
    const half = { startedAt: FROM + 3 * DAY, endedAt: FROM + 3.5 * DAY, reason: 'silent' as const };
    expect(bar([half])).toMatchObject({ label: 'an outage, 12 h', down: 'M3 6v-3h1v3z' });
    const brief = { startedAt: FROM, endedAt: FROM + 60_000, reason: 'failed' as const };
    expect(bar([half, brief])).toMatchObject({ label: '2 outages, 12 h 1 min' });
    expect(bar([brief]).down).toBe('M0 6v-2h1v2z');
  });

  it('has one that is open until now, and one that began before only from its beginning on', () => {
    expect(bar([{ startedAt: FROM - 5 * DAY, reason: 'silent' }])).toMatchObject({ label: 'an outage, 29 d 12 h' });
    expect(bar([{ startedAt: NOW - 3_600_000, reason: 'silent' }]).down).toBe('M29 6v-2h1v2z');
  });

  it('tells values beyond limits from being down', () => {
    const limit = { startedAt: FROM + DAY, endedAt: FROM + 2 * DAY - 1, reason: 'limit' as const };
    expect(bar([limit])).toEqual({
      label: 'beyond a limit once',
      down: undefined,
      affected: 'M1 6v-6h1v6z',
      unknown: undefined,
    });
  });

  it('says what is not known', () => {
    expect(bar([], FROM + 10.2 * DAY)).toMatchObject({ label: 'no outage in 19 days', unknown: 'M0 0h11v6H0z' });
    expect(bar([], NOW + DAY)).toMatchObject({ label: 'not known', unknown: 'M0 0h30v6H0z' });
  });

  it('stays within its days, whatever the outages', () => {
    const instant = fc.integer({ min: FROM - 40 * DAY, max: NOW });
    const outage = fc.tuple(instant, fc.option(instant, { nil: undefined }), fc.constantFrom('silent', 'limit'));
    fc.assert(
      fc.property(fc.array(outage), (raw) => {
        const outages = raw.map(([one, other, reason]): BarOutage => {
          const [startedAt, endedAt] =
            other === undefined ? [one, undefined] : [Math.min(one, other), Math.max(one, other)];
          return { startedAt, endedAt, reason: reason === 'limit' ? 'limit' : 'silent' };
        });
        const { down = '', affected = '' } = bar(outages);
        for (const [, day, height] of `${down}${affected}`.matchAll(/M(-?[\d.]+) 6v-([\d.]+)h1v[\d.]+z/g)) {
          expect(Number(day)).toBeGreaterThanOrEqual(0);
          expect(Number(day)).toBeLessThan(30);
          expect(Number(height)).toBeGreaterThanOrEqual(2);
          expect(Number(height)).toBeLessThanOrEqual(6);
        }
        const touches = outages.some(({ endedAt = NOW }) => endedAt > FROM);
        expect(`${down}${affected}` !== '').toBe(touches);
      }),
    );
  });
});
