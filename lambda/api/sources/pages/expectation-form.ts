import type { HttpResponse } from '../../http/response.ts';
import { type Html, html } from '../../site/html.ts';
import { pageResponse } from '../../site/layout.ts';
import type { TypedExpectation, TypedFault, TypedField } from './typed-expectation.ts';

/** The form in which people say what is expected of a source, as it is or as they have typed it. */
export function expectationForm(source: string, typed: TypedExpectation, faults: readonly TypedFault[] = []): Html {
  const fault = (name: TypedField) => faults.find(({ field }) => field === name);
  const faulty = (name: TypedField) => fault(name) && html` aria-invalid="true" aria-describedby="fault-${name}"`;
  const reason = (name: TypedField) =>
    fault(name) && html`<small class="bad" id="fault-${name}">Allowed is ${fault(name)?.allowed}.</small>`;
  const field = (name: TypedField, label: string, hint: string) =>
    html`<label>${label}<input name="${name}" value="${typed[name]}" placeholder="${hint}" autocomplete="off" autocapitalize="off" spellcheck="false"${faulty(name)}>${reason(name)}</label>\n`;
  const lines = (name: TypedField, label: string, hint: string) =>
    html`<label class="wide">${label}<textarea name="${name}" rows="${Math.max(2, typed[name]?.split('\n').length ?? 0)}" placeholder="${hint}" spellcheck="false"${faulty(name)}>\n${typed[name]}</textarea>${reason(name)}</label>\n`;
  const { cron, tz, grace, early, maxRun, ...rest } = typed;
  const isSpecial = [rest.failures, rest.recoveries].some((text) => text !== undefined && text !== '1');
  const more =
    isSpecial ||
    [early, rest.remind, rest.limits, rest.windows, rest.channels].some(
      (text) => text !== undefined && text !== '1m',
    ) ||
    faults.length > 0;
  return html`<form method="post" action="/sources/${source}" class="card expected">
${field('every', 'An answer every', '5m, 1h, 7d, PT1H30M')}
${field('cron', 'or as a crontab has it', '30 2 * * 1-5')}
${field('tz', 'in the time zone', 'Europe/Madrid')}
${field('grace', 'Grace: how much later is still in time', '5m')}
${field('maxRun', 'The longest that a run may take', 'for ever')}
${field('tags', 'Tags', 'db prod')}
${lines('description', 'Description: what it does, and what to do when it is silent', 'Dumps the database at night.')}
<details class="wide"${more && html` open`}><summary>Limits, windows, and how people are told</summary>
<div class="expected">
${field('failures', 'Failures in a row that are an outage', '1')}
${field('recoveries', 'Successes in a row that end one', '1')}
${field('early', 'How long before its time an answer counts for it', '1m')}
${field('remind', 'Remind people every', 'they are told once')}
${field('channels', 'Channels', 'those of the stage')}
${lines('limits', 'Limits of values, one a line', 'disk max 90 of 3')}
${lines('windows', 'Windows in which nothing is expected, one a line', '0 3 * * 0 for 2h in Europe/Madrid')}
</div></details>
<button>Expect this</button>
</form>`;
}

/** The form by itself: what was typed was refused, or the source is not known yet. */
export function expectationPage(
  source: string,
  status: 400 | 404,
  typed: TypedExpectation = {},
  faults: readonly TypedFault[] = [],
): HttpResponse {
  const lede =
    status === 404
      ? `${source} was never heard, and nothing is expected of it. Say how often it should answer:`
      : 'Nothing was changed: see below what is allowed.';
  return pageResponse({
    status,
    title: source,
    content: html`<p class="crumb"><a href="/sources">Roll</a></p>
<h1>${source}</h1>
<p class="lede"${status === 400 && html` role="alert"`}>${lede}</p>
${expectationForm(source, typed, faults)}`,
  });
}
