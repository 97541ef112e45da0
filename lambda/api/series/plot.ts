import { html, raw } from '../site/html.ts';
import type { Series } from './read-series.ts';

const [WIDTH, HEIGHT, MARGIN, FOOT] = [640, 180, 8, 24];
/** Colours that can be read on a light and on a dark page. */
const [INK, LINE, BAND, WARN] = ['#7a7f87', '#3b82c4', '#3b82c455', '#d9534f'];

/** The bounds that a value is to keep. */
interface Limit {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * A series as a picture: bars for counts; for a value its mean, from its least to its greatest, and the limits that it has.
 * Where nothing was recorded there is a gap.
 */
export function plotOf({ source, value, points, from, to, complete }: Series, limit: Limit = {}): string {
  const bounds = [limit.min, limit.max].filter((bound) => bound !== undefined);
  const readings = points.flatMap(({ count, min, max }) => (value === undefined ? [0, count] : [min, max]));
  const known = [...readings.filter((reading) => reading !== undefined), ...bounds];
  const [low, high] = [
    known.reduce((a, b) => Math.min(a, b), known[0] ?? 0),
    known.reduce((a, b) => Math.max(a, b), known[0] ?? 1),
  ];
  const span = high - low || 1;
  const width = (WIDTH - 2 * MARGIN) / Math.max(1, points.length);
  const x = (index: number) => round(MARGIN + index * width);
  const y = (reading: number) => round(HEIGHT - FOOT - ((reading - low) / span) * (HEIGHT - FOOT - MARGIN - 14));
  const bars = points.map(({ count }, index) =>
    count > 0
      ? html`<rect x="${x(index)}" y="${y(count)}" width="${round(Math.max(1, width - 1))}" height="${round(y(0) - y(count))}" fill="${LINE}"/>`
      : '',
  );
  const bands = points.map(({ min, mean, max }, index) =>
    min === undefined || mean === undefined || max === undefined
      ? ''
      : html`<rect x="${x(index)}" y="${y(max)}" width="${round(Math.max(1, width))}" height="${round(Math.max(1, y(min) - y(max)))}" fill="${BAND}"/><rect x="${x(index)}" y="${round(y(mean) - 1)}" width="${round(Math.max(1, width))}" height="2" fill="${LINE}"/>`,
  );
  const limits = bounds.map(
    (bound) =>
      html`<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y(bound)}" y2="${y(bound)}" stroke="${WARN}" stroke-dasharray="4 3"/>`,
  );
  const total = points.reduce((sum, { count }) => sum + count, 0);
  const title = `${value ?? 'Records'} of ${source}, ${minute(from)} to ${minute(to)} UTC${complete ? '' : ', the newest only'}`;
  const text = (at: number, line: number, anchor: string, what: string) =>
    html`<text x="${at}" y="${line}" text-anchor="${anchor}" fill="${INK}" font-size="11" font-family="system-ui, sans-serif">${what}</text>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"><title>${title}</title>
${raw((value === undefined ? bars : bands).join(''))}${raw(limits.join(''))}
${text(MARGIN, HEIGHT - 8, 'start', minute(from))}${text(WIDTH - MARGIN, HEIGHT - 8, 'end', minute(to))}${text(MARGIN, 12, 'start', `${brief(high)}`)}${text(WIDTH - MARGIN, 12, 'end', `${total} records${complete ? '' : ', the newest only'}`)}
</svg>
`.toString();
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function brief(number: number): string {
  return Number(number.toPrecision(4)).toString();
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
