import { type HttpResponse, respond } from '../http/response.ts';
import { type Html, html } from './html.ts';
import { addressOf, type PageAssetName } from './page-assets.ts';
import { visitorCorner } from './visit.ts';

/** Set by build/bundle.ts to the repository that package.json names. */
declare const SOURCE_CODE: string | undefined;
const sourceCode = typeof SOURCE_CODE === 'undefined' ? undefined : SOURCE_CODE;

/** Everything comes from this very host, nothing is inline, and no script may make markup of text (CSP Level 3). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const NAVIGATION = [
  ['/app', 'Timestamps'],
  ['/sources', 'Roll'],
  ['/outages', 'Outages'],
  ['/docs', 'API'],
] as const;

export interface Page {
  /** @default 200 */
  readonly status?: number;
  readonly title: string;
  /** What is in `main`, its h1 included. */
  readonly content: Html;
  /** Which page of the navigation this one is. */
  readonly current?: '/' | (typeof NAVIGATION)[number][0];
  /** How many sources are down, where that is known already. @default - the script of the page asks */
  readonly down?: number | undefined;
  /** @default the script of all pages alone */
  readonly script?: PageAssetName;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page in the style of the house. It works without its scripts. */
export function pageResponse({ status = 200, title, content, current, down, script, headers }: Page): HttpResponse {
  const link = (path: string, text: Html | string) =>
    html`<a href="${path}"${path === current && html` aria-current="page"`}>${text}</a>`;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${down ? `(${down} down) ` : ''}${title} · Rollcall</title>
<link rel="icon" href="${addressOf(down ? 'alarm.svg' : 'icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${addressOf('style.css')}">
<script type="module" src="${addressOf('pages.js')}"></script>
${script && html`<script type="module" src="${addressOf(script)}"></script>`}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
${link('/', html`<img src="${addressOf('icon.svg')}" alt="" width="26" height="26">Rollcall`)}
<a class="alarm${down === undefined ? ' unknown' : down > 0 ? ' down' : ''}" href="/sources?standing=down" data-calm="${addressOf('icon.svg')}" data-down="${addressOf('alarm.svg')}">${down ?? 0} down</a>
<nav aria-label="Main">${NAVIGATION.map(([path, text]) => link(path, text))}</nav>${visitorCorner()}
</header>
<main id="main" tabindex="-1">
${content}
</main>
<footer>
<p>Rollcall records that something happened, when, and who said so.</p>
<nav aria-label="More"><a href="/docs">API</a> <a href="/openapi.json">OpenAPI document</a>${sourceCode && html` <a href="${sourceCode}">Source code</a>`}</nav>
</footer>
</body>
</html>
`;
  return respond(status, 'text/html', document.toString(), {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    ...headers,
  });
}

/** A way to go on, with what is there. */
export function cardLink(path: string, title: string, text: string): Html {
  return html`<a class="card" href="${path}"><b>${title}</b> <span>${text}</span></a>`;
}
