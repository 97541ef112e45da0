import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText, visible } from '../../../lambda/core/text/visible-text.ts';

/** What turns, hides or ends: bidirectional controls, zero-width characters, tags, separators, controls. */
const INVISIBLE = [
  ...[0x061c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2066],
  ...[0x2067, 0x2068, 0x2069, 0xfeff, 0x00ad, 0x034f, 0x3164, 0xfff9, 0x1b, 0x7f, 0x85, 0x9b, 0xe0001, 0xe0041],
].map((code) => String.fromCodePoint(code));

const PEOPLE_WRITE = [
  'plain, with\ttabs\r\nand lines',
  'naïve café ☕ — “quoted”',
  'שלום world مرحبا',
  'می\u200cخواهم',
  'क्\u200dष',
  'family 👨\u200d👩\u200d👧, flag 🏳\ufe0f\u200d🌈, thumb 👍🏽, heart ❤\ufe0f, key 1\ufe0f\u20e3',
  '葛\u{e0100}',
];

describe('text for people to read', () => {
  it.each(PEOPLE_WRITE)('is as it was where languages and emoji need what it has: %s', (text) => {
    expect(visible(text)).toBe(text);
  });

  it.each([
    ['admin\u202enimda', 'admin\\u{202E}nimda'],
    ['\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['pay\u200bpal', 'pay\\u{200B}pal'],
    ['pay\u200dpal', 'pay\\u{200D}pal'],
    ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
    ['x\ufe0f', 'x\\u{FE0F}'],
    ['🏴\u{e0067}\u{e007f}', '🏴\\u{E0067}\\u{E007F}'],
    ['\u061c', '\\u{61C}'],
    ['\x1b[31m', '\\u{1B}[31m'],
  ])('has what cannot be seen written out: %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('has none of it left, whatever stands around it', () => {
    const around = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...PEOPLE_WRITE));
    fc.assert(
      fc.property(around, fc.constantFrom(...INVISIBLE), around, (before, char, after) => {
        expect(visible(before + char + after)).not.toContain(char);
        expect(jsonText({ note: before + char + after })).not.toContain(char);
      }),
    );
  });
});

/** What Python's `splitlines` ends a line at, and with it many readers. */
const LINE_ENDS = ['\r', '\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];

describe('JSON', () => {
  it('is one line by every reckoning, and loses nothing', () => {
    const text = fc
      .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...INVISIBLE)))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, (note) => {
        const json = jsonText({ note });
        expect(LINE_ENDS.filter((end) => json.includes(end))).toEqual([]);
        expect(JSON.parse(json)).toEqual({ note });
      }),
    );
  });
});
