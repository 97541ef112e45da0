import { readFileSync } from 'node:fs';

/** The files of `lambda/api/site/assets/`. */
export const ASSETS = ['openapi.json', 'style.css', 'pages.js', 'docs.js', 'icon.svg', 'alarm.svg'] as const;

const texts = new Map<string, string>();

/**
 * The text of a file of `lambda/api/site/assets/`, which lies beside the bundle, too. It is read when it is first asked for, so
 * that what few requests need costs the others nothing.
 */
export function readAsset(name: (typeof ASSETS)[number]): string {
  const text = texts.get(name) ?? readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8');
  texts.set(name, text);
  return text;
}
