import { AsyncLocalStorage } from 'node:async_hooks';
import { type Html, html } from './html.ts';

/** Whom a page is made for, where callers are asked who they are. */
export interface Visit {
  /** @default - it is not known: the page is the same for everybody */
  name?: string | undefined;
  /** Whether they have signed in, and may sign out. */
  bySession?: boolean;
}

/** The visits under way; those to a stage that asks nobody are not among them. */
export const visits = new AsyncLocalStorage<Visit>();

/**
 * The corner of a page that says who is signed in. Where the page is the same for everybody, its script asks, and without
 * scripts the page for signing in says it.
 */
export function visitorCorner(): Html | undefined {
  const visit = visits.getStore();
  if (visit === undefined) return undefined;
  const { name, bySession } = visit;
  if (name === undefined) return html`<p class="who" data-who><a href="/sign-in">Sign in</a></p>`;
  return html`<form class="who" method="post" action="/sign-out"><span>${name}</span>${bySession && html`<button>Sign out</button>`}</form>`;
}
