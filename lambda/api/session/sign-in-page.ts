import type { HttpRequest } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import { html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';

export interface SignInView {
  /** Who is signed in already. @default - nobody */
  readonly name?: string | undefined;
  /** What was wrong with what was sent. @default - nothing was */
  readonly problem?: string;
  /** Who else may vouch for people, by its host. @default - nobody does */
  readonly provider?: { readonly host: string } | undefined;
  /** Where to go on to: a path of this host. */
  readonly next: string;
  readonly request: Pick<HttpRequest, 'host' | 'protocol'>;
}

/** What a browser is told to which a session cannot be given. */
export const NO_SESSIONS =
  'This address is one of plain HTTP, by which browsers keep no session, and all on the way could read the key. Reach it by HTTPS, or from its own machine.';
/** Of an answer that is no: browsers are to ask for nothing. */
export const CHALLENGE = { 'www-authenticate': 'Bearer realm="rollcall"' };
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/** Whether browsers keep a cookie that is marked as secure: by HTTPS, or from their own machine. */
export function keepsSessions({ protocol, host }: SignInView['request']): boolean {
  return protocol === 'https' || LOOPBACK.test(host);
}

/** `GET /sign-in` for a browser, and the answer to a key that is none. */
export function signInPage({ name, problem, provider, next, request }: SignInView): HttpResponse {
  const byProvider =
    provider &&
    html`<p><a class="button" href="/sign-in?with=provider&amp;next=${encodeURIComponent(next)}">Sign in with ${provider.host}</a></p>
<p class="fine">Or with a key:</p>`;
  const form = html`${byProvider}<form method="post" action="/sign-in" class="card">
<input type="hidden" name="next" value="${next}">
<label>Key<input type="password" name="key" required maxlength="200" placeholder="rc_..." autocomplete="current-password" spellcheck="false" autofocus></label>
<button>Sign in</button>
</form>
<p class="fine">Whoever runs this makes keys with <code>npm run keys</code>. Programs send theirs with each request: <a href="/docs">the API page</a> says how.</p>`;
  return pageResponse({
    status: problem === undefined ? 200 : 401,
    title: 'Sign in',
    headers: problem === undefined ? {} : CHALLENGE,
    content: html`<h1>Sign in</h1>
${name !== undefined && html`<p class="lede">You are signed in as <b>${name}</b>. <a href="${next}">Go on</a>, or sign in as somebody else.</p>`}
${problem !== undefined && html`<p class="bad" role="alert">${problem}</p>`}
${keepsSessions(request) ? form : html`<p class="bad">${NO_SESSIONS}</p>`}`,
  });
}
