import type { Expectation } from '../../../core/roll/expectation.ts';
import type { TimestampRecord } from '../../../core/timestamps/record.ts';
import { addressWith } from '../../lists/address.ts';
import { type Html, html } from '../../site/html.ts';
import { minuteOf } from '../../site/times.ts';

const WIDTH = 300;
const HEIGHT = 80;
/** As many values as one record can have. */
const MOST_VALUES = 10;

interface Reading {
  readonly at: number;
  readonly value: number;
}

/**
 * A plot for each value that the records have, with its limits. Each says what it covers: these records, and no more.
 *
 * @param records of the source, newest first
 */
export function valuesPlots(
  source: string,
  records: readonly TimestampRecord[],
  limits: Expectation['limits'] = {},
): readonly Html[] {
  const names = [...new Set(records.flatMap(({ values = {} }) => Object.keys(values)))].sort().slice(0, MOST_VALUES);
  return names.map((name) => {
    const readings = records.toReversed().flatMap(({ timestamp, values }): Reading[] => {
      const value = values?.[name];
      return value === undefined ? [] : [{ at: Date.parse(timestamp), value }];
    });
    return valuePlot(source, name, readings, limits[name]);
  });
}

function valuePlot(
  source: string,
  name: string,
  readings: readonly Reading[],
  { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined } = {},
): Html {
  const values = readings.map(({ value }) => value);
  const [from = 0, to = 0] = [readings[0]?.at, readings.at(-1)?.at];
  const shown = [...values, ...[min, max].filter((limit) => limit !== undefined)];
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  // Divided before they are subtracted: the greatest numbers are further apart than any number.
  const share = (value: number) => (high === low ? 0.5 : (value / 2 - low / 2) / (high / 2 - low / 2));
  const x = (at: number) => (to === from ? WIDTH / 2 : ((at - from) / (to - from)) * WIDTH).toFixed(1);
  const y = (value: number) => (HEIGHT - 4 - share(value) * (HEIGHT - 8)).toFixed(1);
  const isBad = ({ value }: Reading) => (min !== undefined && value < min) || (max !== undefined && value > max);
  const line = readings.map(({ at, value }, i) => `${i === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('');
  const dots = readings
    .filter(isBad)
    .map(({ at, value }) => `M${x(at)} ${y(value)}h0`)
    .join('');
  const limit = (value: number | undefined) =>
    value !== undefined && html`<path class="limit" d="M0 ${y(value)}H${WIDTH}"/>`;
  const allowed = [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`].filter(Boolean);
  const beyond = readings.filter(isBad).length;
  const summary = `${name}: ${values.at(-1)}`;
  const spread = `${Math.min(...values)} to ${Math.max(...values)} in ${readings.length === 1 ? '1 reading' : `the last ${readings.length} readings`}`;
  const more = [spread, allowed.join(' and '), allowed.length > 0 && `${beyond} beyond that`]
    .filter(Boolean)
    .join(', ');
  const month = new Date(to - 30 * 86_400_000).toISOString();
  const series = addressWith(`/sources/${source}/series`, { value: name, from: month, format: 'svg' });
  return html`<figure class="plot"><figcaption><b>${summary}</b> ${more}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary}; ${more}; from ${minuteOf(from)} to ${minuteOf(to)} UTC">${limit(min)}${limit(max)}<path class="line" d="${line}"/>${readings.length === 1 && html`<path class="dots" d="M${x(from)} ${y(readings[0]?.value ?? 0)}h0"/>`}${dots && html`<path class="dots d" d="${dots}"/>`}</svg>
<p class="axis"><span>${minuteOf(from)}</span><a href="${series}">Last 30 days</a><span>${minuteOf(to)} UTC</span></p></figure>`;
}
