import { visible } from '../../core/text/visible-text.ts';
import { type Html, html } from './html.ts';

/** What somebody wrote, so that it turns nothing around it: neither by what cannot be seen nor by the direction of its script. */
export function noteOf(note: string | undefined): Html | undefined {
  return note === undefined || note === '' ? undefined : html`<bdi>${visible(note)}</bdi>`;
}
