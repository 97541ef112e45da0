import type { HttpResponse } from '../http/response.ts';
import { curlLine } from '../site/curl.ts';
import { type Html, html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { relativeTime, timeOf } from '../site/times.ts';
import type { ChannelView, NoticeView } from './view.ts';

/** `GET /channels` for a browser. */
export function channelsPage(channels: readonly ChannelView[], origin: string): HttpResponse {
  const rows = channels.map(
    ({ name, kind, to = [], brokenAt }) =>
      html`<tr><td><a href="/channels/${name}">${name}</a></td><td>${kind}</td><td>${to.join(', ')}</td><td>${brokenAt === undefined ? 'works' : 'broken'}</td></tr>\n`,
  );
  const table = html`<table>
<caption class="hidden">Channels, by name</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">To</th><th scope="col">State</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`;
  return pageResponse({
    title: 'Channels',
    content: html`<h1>Channels</h1>
${channels.length > 0 ? table : html`<div class="empty"><h2>Nobody is told yet.</h2></div>`}
<h2>From a terminal</h2>
${curlLine(`curl -X PUT ${origin}/channels/ops --json '{"kind": "mail", "to": ["ops@example.com"]}'`)}
${curlLine(`curl -X PUT ${origin}/channels/team --json '{"kind": "slack", "url": "https://hooks.slack.com/services/..."}'`)}`,
  });
}

/** `GET /channels/{channel}` for a browser. */
export function channelPage(
  { name, kind, to = [], secrets, updatedAt, updatedBy, brokenAt, brokenBecause }: ChannelView,
  notices: readonly NoticeView[],
  { origin, now }: { readonly origin: string; readonly now: number },
): HttpResponse {
  const terms = [
    ['Kind', kind],
    ['To', to.length > 0 ? to.join(', ') : undefined],
    ['Secrets', secrets.length > 0 ? `${secrets.join(', ')}: set, and never shown` : undefined],
    ['Set up', html`${timeOf(updatedAt)}${updatedBy && html`, by ${updatedBy}`}`],
    ['Broken', brokenAt && html`${timeOf(brokenAt)}: ${brokenBecause}. Set it up anew to have it tried again.`],
  ];
  const shown = terms.filter(([, value]) => value !== undefined);
  return pageResponse({
    title: `Channel ${name}`,
    content: html`<p class="crumb"><a href="/channels">Channels</a></p>
<h1>${name}</h1>
<dl class="card">${shown.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
<form method="post" action="/channels/${name}/test"><button>Send a test</button></form>
${notices.length > 0 && noticesTable(notices, now)}
<h2>To be told less</h2>
<p>Give a source a longer <code>grace</code>, more <code>failures</code> in a row or a maintenance window, pause it, or name other <code>channels</code>.</p>
<h2>From a terminal</h2>
${curlLine(`curl -X POST ${origin}/channels/${name}/test`)}`,
  });
}

function noticesTable(notices: readonly NoticeView[], now: number): Html {
  const rows = notices.map(
    ({ createdAt, purpose, events, attempts, outcome = 'waits', answer }) =>
      html`<tr><td>${timeOf(createdAt)}</td><td class="ago">${relativeTime(Date.parse(createdAt), now)}</td><td>${purpose}${events > 1 && html` (${events})`}</td><td>${outcome}</td><td>${attempts}</td><td class="note"><bdi>${answer}</bdi></td></tr>\n`,
  );
  return html`<h2>Told last</h2>
<table>
<caption class="hidden">Notices, newest first</caption>
<thead><tr><th scope="col">Time (<span class="zone">UTC</span>)</th><th scope="col">Age</th><th scope="col">What</th><th scope="col">Outcome</th><th scope="col">Tries</th><th scope="col">Answer</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`;
}
