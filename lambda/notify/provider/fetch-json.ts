/** In milliseconds, for the whole of an answer. */
const PATIENCE_MS = 5_000;
/** Far more than a provider has to say, and less than an item may have. */
const MOST_BYTES = 128 * 1024;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** An answer is none that can be used. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/**
 * The JSON at an address, which is not believed to be friendly: it may lead nowhere else, be late, be endless, or be something else.
 *
 * @throws FetchError, or an error of the network
 */
export async function fetchJson(address: string): Promise<unknown> {
  const response = await fetch(address, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { status, headers, body } = response;
  const refuse = async (what: string): Promise<never> => {
    await body?.cancel();
    throw new FetchError(`${address} ${what}`);
  };
  if (status >= 300 && status < 400) return refuse('leads somewhere else, where nobody follows.');
  if (status !== 200) return refuse(`answers ${status}.`);
  const type = headers.get('content-type') ?? '';
  if (!JSON_TYPE.test(type)) return refuse(`answers ${JSON.stringify(type.slice(0, 100))}, not JSON.`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    // Leaving the loop ends the answer.
    if (length > MOST_BYTES) throw new FetchError(`${address} answers more than ${MOST_BYTES} bytes.`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    throw new FetchError(`${address} answers what is no JSON.`);
  }
}
