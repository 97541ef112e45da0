import type { HttpResponse } from '../http/response.ts';
import { curlLine } from '../site/curl.ts';
import { type Html, html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';

/** What is known of the day. */
export interface Birthday {
  /** Until the next birthday; 0 on the day itself. */
  readonly days: number;
  /** `2026-05-12`, where the person is. */
  readonly today: string;
  /** The greeting in words. */
  readonly wish: string;
}

const DAY = 86_400_000;
/** The circumference of the ring is as many units as a leap year has days. */
const YEAR = 366;

/** `GET /hello/{username}` for a browser. */
export function greetingPage(username: string, { days, today, wish }: Birthday): HttpResponse {
  const greeting = `Hello, ${username}!`;
  const date = new Date(Date.parse(today) + days * DAY);
  const on = date.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
  return pageResponse({
    title: greeting,
    content: html`<div class="hero${days === 0 && ' today'}">
${ring(days)}
<h1>${greeting}</h1>
<p class="lede">${wish}${days > 0 && html`<br><small>${on}</small>`}</p>
</div>
<details class="fine"><summary>Change or erase what is known</summary>
<div class="columns">${birthdayForm(username)}
<form method="post" action="/hello/${username}/erase" class="card person"><p>A date of birth is all that is known, and it is shown to nobody.</p><button class="danger">Erase it</button></form></div></details>`,
  });
}

/** `GET /hello/{username}` for a browser, of somebody who is not known. */
export function strangerPage(username: string, origin: string): HttpResponse {
  return pageResponse({
    status: 404,
    title: `Hello, ${username}?`,
    content: html`<div class="hero"><h1>Hello, ${username}?</h1>
<p class="lede">Nobody of this name is known yet. When were you born?</p></div>
<div class="columns">${birthdayForm(username)}<div><h2>From a terminal</h2>
${curlLine(`curl -X PUT ${origin}/hello/${username} --json '{"dateOfBirth": "1990-05-17"}'`)}</div></div>`,
  });
}

/** A form in which somebody says when they were born. */
export function birthdayForm(username?: string): Html {
  const name =
    username === undefined
      ? html`<label>Name<input name="username" maxlength="64" pattern="[A-Za-z]+" title="1 to 64 of A-Z a-z" placeholder="alice" autocomplete="off" required></label>`
      : html`<input type="hidden" name="username" value="${username}">`;
  return html`<form method="post" action="/hello" class="card person">${name}
<label>Date of birth<input type="date" name="dateOfBirth" min="0001-01-01" max="9999-12-31" autocomplete="bday" required></label>
<button>Remember it</button></form>`;
}

/** The year as a ring that closes on the birthday, with the days that are left. */
function ring(days: number): Html {
  const radius = YEAR / (2 * Math.PI);
  const size = Math.ceil(radius * 2 + 14);
  const circle = (more: Html) =>
    html`<circle cx="${size / 2}" cy="${size / 2}" r="${radius.toFixed(3)}" transform="rotate(-90 ${size / 2} ${size / 2})"${more}/>`;
  return html`<svg class="ring" viewBox="0 0 ${size} ${size}" aria-hidden="true">${circle(html``)}${circle(html` class="done" stroke-dasharray="${YEAR - Math.min(days, YEAR)} ${YEAR}"`)}<text x="50%" y="50%" dy="0.35em">${days}</text></svg>`;
}
