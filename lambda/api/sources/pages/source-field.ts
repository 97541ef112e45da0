import { type Html, html } from '../../site/html.ts';

/** A field for a source, which the browser checks as fields.ts does. */
export function sourceField(label: Html | string, placeholder: string, value?: string): Html {
  return html`<label>${label}<input name="source" value="${value}" maxlength="64" pattern="[A-Za-z0-9._\\-]+" title="1 to 64 of A-Z a-z 0-9 . _ -" placeholder="${placeholder}" autocomplete="off" autocapitalize="off" spellcheck="false"></label>`;
}
