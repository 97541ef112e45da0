import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../../lambda/notify/senders/sender.ts';

const NOW = Date.UTC(2026, 10, 25, 8, 17);
const of = (status: number, text = '', headers: Record<string, string> = {}) =>
  attemptOf({ status, text, headers }, NOW);

describe('an answer of HTTP', () => {
  it.each([200, 201, 204])('%i is a delivery', (status) => expect(of(status).kind).toBe('delivered'));
  it.each([404, 410])('%i is nobody who is there', (status) => expect(of(status).kind).toBe('gone'));
  it.each([408, 425, 429, 500, 502, 503, 504])('%i may pass', (status) => expect(of(status).kind).toBe('later'));
  it.each([301, 302, 307, 308, 400, 401, 403, 413, 422])('%i will not pass', (status) =>
    expect(of(status).kind).toBe('refused'),
  );

  it('says when to come again, in seconds or as a date', () => {
    expect(of(429, '', { 'retry-after': '30' })).toMatchObject({ afterMs: 30_000 });
    expect(of(503, '', { 'retry-after': 'Wed, 25 Nov 2026 08:18:00 GMT' })).toMatchObject({ afterMs: 60_000 });
    expect(of(503, '', { 'retry-after': 'soon' })).toMatchObject({ afterMs: undefined });
  });

  it('is shown on one line, and not all of it', () => {
    expect(of(200, 'a\r\nb').answer).toBe('200 a b');
    expect(of(200, 'x'.repeat(1000)).answer).toHaveLength(204);
  });
});
