import { FETCH_EVENT } from '../lambda/core/access/fetch-event.ts';
import { createCoreDeps } from '../lambda/core/deps.ts';
import { parseEnv } from '../lambda/notify/env.ts';
import { fetchKind } from '../lambda/notify/kinds.ts';
import { createNotify } from '../lambda/notify/notify.ts';
import { createRefresh } from '../lambda/notify/provider/refresh.ts';
import { createInvoker } from './invoker.ts';

/** Shorter than a stage's hour: whoever tries something out does not wait. */
const EVERY_MS = 60_000;

/** Fetches the keys of the identity provider, now and every minute, as the function of a stage does. Failures are in the log. */
export async function keepProviderKeys(everyMs = EVERY_MS): Promise<{ readonly stop: () => void }> {
  const env = parseEnv(process.env);
  const invoke = createInvoker({ handler: createNotify(createCoreDeps(env), [fetchKind(createRefresh(env))]) });
  const fetchKeys = () => invoke(JSON.stringify(FETCH_EVENT)).catch(() => {});
  await fetchKeys();
  const timer = setInterval(fetchKeys, everyMs);
  return { stop: () => clearInterval(timer) };
}
