import { setTimeout } from 'node:timers/promises';
import { FETCH_EVENT } from '../lambda/core/access/fetch-event.ts';
import { createCoreDeps } from '../lambda/core/deps.ts';
import { parseEnv } from '../lambda/notify/env.ts';
import { fetchKind } from '../lambda/notify/kinds.ts';
import { createNotify } from '../lambda/notify/notify.ts';
import { createRefresh } from '../lambda/notify/provider/refresh.ts';
import { createInvoker } from './invoker.ts';

/** Shorter than a stage's hour: whoever tries something out does not wait. */
const EVERY_MS = 60_000;

/**
 * Fetches the keys of the identity provider, now and every minute, as the function of a stage does. Failures are in the log.
 *
 * @throws EnvError when what is said of the provider makes no sense
 */
export function keepProviderKeys(everyMs = EVERY_MS): { readonly stop: () => void } {
  const env = parseEnv(process.env);
  const invoke = createInvoker({ handler: createNotify(createCoreDeps(env), [fetchKind(createRefresh(env))]) });
  const stopping = new AbortController();
  const { signal } = stopping;
  const keep = async () => {
    while (!signal.aborted) {
      // A failure is in the log.
      await invoke(JSON.stringify(FETCH_EVENT)).catch(() => {});
      await setTimeout(everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  void keep();
  return { stop: () => stopping.abort() };
}
