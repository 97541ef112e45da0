import { durationText } from '../../outages/length.ts';
import { type Html, html } from '../../site/html.ts';
import type { Run } from '../runs.ts';

const HEIGHT = 100;
const GAP = 0.2;
/** Fewer bars look as if there had always been runs. */
const LEAST = 12;

/**
 * The lengths of the runs whose beginning and end are known, oldest first, as bars with the longest that one may take.
 *
 * @param runs the last one first
 * @param maxMs the longest that a run may take, in milliseconds; 0 if there is none
 */
export function runsPlot(runs: readonly Run[], maxMs: number): Html | undefined {
  const lengths = runs.filter((run) => run.took !== undefined).toReversed();
  if (lengths.length === 0) return undefined;
  const took = (run: Run) => (run.took ?? 0) * 1000;
  const longest = lengths.reduce((most, run) => (took(run) > took(most) ? run : most));
  const top = Math.max(took(longest), maxMs, 1);
  const slots = Math.max(LEAST, lengths.length);
  const text = (ms: number) => (ms < 10_000 ? `${Number((ms / 1000).toPrecision(2))} s` : durationText(ms));
  const bars = lengths.map((run, i) => {
    const height = Math.max(2, Math.round((took(run) / top) * HEIGHT));
    const x = slots - lengths.length + i + GAP / 2;
    const what = `${text(took(run))}, ${run.state}, ended ${run.endedAt?.slice(0, 16).replace('T', ' ')} UTC`;
    return html`<rect${run.state === 'fail' && html` class="d"`} x="${x.toFixed(1)}" y="${HEIGHT - height}" width="${1 - GAP}" height="${height}"><title>${what}</title></rect>`;
  });
  const y = (HEIGHT - (maxMs / top) * HEIGHT).toFixed(1);
  const summary = `${lengths.length === 1 ? '1 run' : `${lengths.length} runs`}, the longest ${text(took(longest))}`;
  const limit = maxMs > 0 ? `, at most ${durationText(maxMs)}` : '';
  return html`<figure class="plot"><figcaption><b>${summary}</b>${limit}</figcaption>
<svg viewBox="0 0 ${slots} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary}${limit}">${bars}${maxMs > 0 && html`<path class="limit" d="M0 ${y}H${slots}"/>`}</svg>
<p class="axis"><span>oldest</span><span>newest</span></p></figure>`;
}
