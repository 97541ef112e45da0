import { createHash } from 'node:crypto';
import { type HttpResponse, respond } from '../http/response.ts';
import { type Html, html, raw } from './html.ts';

const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8882;font:16px/1.5 system-ui,sans-serif}
body{max-width:64rem;margin:0 auto;padding:1rem}
header{display:flex;gap:1rem;align-items:baseline;border-bottom:1px solid var(--line);margin-bottom:1rem}
header a:first-child{font-weight:700;text-decoration:none}
h1{font-size:1.5rem}
pre{background:var(--soft);padding:.75rem;overflow-x:auto;border-radius:.25rem}
code,td:first-child{font-family:ui-monospace,monospace;font-size:.9em}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td:first-child{white-space:nowrap}
td.note{white-space:pre-wrap;overflow-wrap:anywhere}
form{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}
label{display:grid;font-size:.9rem}
input,button{font:inherit;padding:.35rem .75rem}
nav{display:flex;gap:1rem;margin-top:1rem}
dt{font-weight:700}
dd{margin:0 0 .5rem;overflow-wrap:anywhere;white-space:pre-wrap}`;

let policy: string | undefined;
/** Nothing is loaded from anywhere and no script runs; the one style sheet is known by its hash (CSP Level 3). */
function contentSecurityPolicy(): string {
  policy ??= [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return policy;
}

/** A page in the style of the house. */
export function pageResponse(
  status: number,
  title: string,
  content: Html,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Rollcall</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><a href="/">Rollcall</a><a href="/app">Timestamps</a></header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return respond(status, 'text/html', document.toString(), {
    'content-security-policy': contentSecurityPolicy(),
    ...headers,
  });
}
