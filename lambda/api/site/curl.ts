import { type Html, html } from './html.ts';

/** A line for a terminal; the client script adds a button that copies it. */
export function curlLine(command: string): Html {
  return html`<div class="code"><pre tabindex="0">${command}</pre></div>`;
}
