/**
 * What no text of a caller has. U+FFFD stands where something on the way met bytes that were no UTF-8: what the caller meant
 * is lost. Other control characters than tabs and line breaks would reach the terminals of those who read it.
 */
export const UNSAFE = /[^\P{Cc}\t\n\r]|\uFFFD/u;

/** Whether text of a caller can be kept as it is. */
export function isSafe(text: string): boolean {
  return text.isWellFormed() && !UNSAFE.test(text);
}
