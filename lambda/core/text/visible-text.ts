/**
 * Characters that cannot be seen and may turn what is read: bidirectional controls, zero-width ones, tags, and the line
 * breaks that only Unicode knows. A note may hold them, since languages need some and old records have others: they are made
 * visible wherever people read, and escaped in JSON, which loses nothing.
 */
const INVISIBLE = /[[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cc}\uFFF9-\uFFFB]--[\t\n\r]]/gv;

/**
 * The same, and before that those among them that people need: joiners between letters of scripts that join, and within
 * emoji, and what chooses a variant of the character before it.
 */
const NEEDED_OR_INVISIBLE = new RegExp(
  [
    '(',
    String.raw`(?<=[[\p{L}\p{M}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}]])[\u200C\u200D](?=[[\p{L}\p{M}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}]])`,
    String.raw`|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
    String.raw`|(?<=[^\p{Default_Ignorable_Code_Point}\p{ASCII}]|[0-9#*])[\uFE00-\uFE0F\u180B-\u180D\u180F\u{E0100}-\u{E01EF}]`,
    ')|',
    INVISIBLE.source,
  ].join(''),
  'gv',
);

/** Nearly all text is of this kind, and needs no closer look. */
const PLAIN = /^[\t\n\r -~]*$/;

/** Text for people to read: what cannot be seen is written out, such as `\u{202E}`. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(NEEDED_OR_INVISIBLE, (char, needed?: string) => needed ?? `\\u{${codeOf(char)}}`);
}

/** A value as JSON on one line, whatever a reader takes for the end of a line, or a terminal for a command. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (PLAIN.test(text)) return text;
  return text.replaceAll(NEEDED_OR_INVISIBLE, (char, needed?: string) => needed ?? jsonEscape(char));
}

/** Half of a surrogate pair comes escaped, so this is a whole character, of one unit or two. */
function jsonEscape(char: string): string {
  const units = char.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}

function codeOf(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
}
