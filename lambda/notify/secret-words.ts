const MASK = '[secret]';
/** Shorter parts of an address are words that anybody uses. */
const LEAST_SECRET = 8;

/** What somebody said, without the secrets that it may have in it, or parts of their paths. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((secret) => [secret, ...secret.split(/[/?&=_]/)]);
  const words = [...new Set(parts)]
    .filter((part) => part.length >= LEAST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  return words.reduce((rest, word) => rest.replaceAll(word, MASK).replaceAll(encodeURIComponent(word), MASK), text);
}
