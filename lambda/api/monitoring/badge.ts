import type { Standing } from '../../core/roll/state.ts';
import { html } from '../site/html.ts';

/** White on each of them can be read (WCAG 2.2, a contrast of 4.5). */
const COLOURS: Readonly<Record<Standing, string>> = {
  down: '#b3261e',
  late: '#8a5a00',
  affected: '#8a5a00',
  waiting: '#5f6368',
  paused: '#5f6368',
  up: '#1e7b34',
  unwatched: '#5f6368',
};
/** Of one character at 11 pixels, at most: text is squeezed into what is reckoned. */
const CHARACTER = 6.6;
const PADDING = 10;

/** A badge in the usual form: what it is about, and how that stands. */
export function badgeOf(label: string, message: string, standing: Standing): string {
  const [left, right] = [label, message].map((text) => Math.round(text.length * CHARACTER + PADDING));
  const [a, b] = [left ?? 0, right ?? 0];
  const text = (x: number, width: number, what: string) =>
    html`<text x="${x + 5}" y="14" textLength="${width - PADDING}" lengthAdjust="spacingAndGlyphs">${what}</text>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${a + b}" height="20" role="img" aria-label="${label}: ${message}"><title>${label}: ${message}</title><rect width="${a}" height="20" fill="#444"/><rect x="${a}" width="${b}" height="20" fill="${COLOURS[standing]}"/><g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">${text(0, a, label)}${text(a, b, message)}</g></svg>
`.toString();
}
