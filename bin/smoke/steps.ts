import { randomUUID } from 'node:crypto';
import { messageOf } from '../../local/error-message.ts';
import { answer, type Differences, matching, same } from './differences.ts';
import { exchange, type Message, type Reply } from './exchange.ts';
import { checkRedirect, checkTls, choosesTlsVersions } from './tls.ts';

/** The options of a smoke test. */
export interface Target {
  /** Where the API answers. */
  readonly url: URL;
  /** The version that must answer; any if there is none. */
  readonly version?: string | undefined;
  /** What it asks for: a key with all scopes, that may speak for `smoke`. @default - it is open */
  readonly key?: string | undefined;
}

/** A step, and what differed in it. */
export interface Outcome {
  readonly title: string;
  readonly differences: Differences;
}

type Step = () => Promise<Differences>;

/** Whose timestamps these are: they stay, since nothing deletes timestamps. */
const SOURCE = 'smoke';
/** What nobody may read where keys are asked for. */
const CLOSED = ['/app', `/app/${randomUUID()}`, '/hello/nobody'];
/** Reads of DynamoDB and of its index are a moment behind what was written. */
const READ_ATTEMPTS = 5;
const READ_DELAY_MS = 1000;

/**
 * Uses a deployment as people and programs do, and erases what can be erased.
 *
 * @param print gets a line when a step has been made, and one for all that differs in it
 * @param pause waits so many milliseconds
 */
export async function smoke(
  { url, version, key: credential }: Target,
  print: (line: string) => void,
  pause: (ms: number) => Promise<unknown>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const isHttps = url.protocol === 'https:';
  const key = randomUUID();
  const username = `Smoke${lettersOf(key)}`;
  const note = `smoke test ${key}`;
  const record = { id: '', timestamp: '' };
  let reads = 10;

  const step = async (title: string, run: Step) => {
    const differences = await run().catch((error: unknown) => [`no answer: ${messageOf(error)}`]);
    outcomes.push({ title, differences });
    print(`${differences.length === 0 ? 'ok  ' : 'FAIL'}  ${title}`);
    for (const difference of differences) print(`      ${difference}`);
  };
  const shown: Readonly<Record<string, string>> =
    credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const send = (path: string, { headers, ...message }: Message = {}) =>
    exchange(new URL(path, url), { ...message, headers: { ...shown, ...headers } });
  const get = (path: string, accept: string) => send(path, { headers: { accept } });
  const check = (reply: Reply, status: number, type?: string) => answer(reply, status, type, isHttps);
  const post = () =>
    send('/app', {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ source: SOURCE, note }),
    });
  const eventually = async (run: (query: string) => Promise<Differences>) => {
    for (let attempt = 1; ; attempt++) {
      // An address that no cache has seen.
      const query = new URLSearchParams({ source: SOURCE, from: record.timestamp, limit: String(++reads) });
      const differences = await run(String(query));
      if (differences.length === 0 || attempt === READ_ATTEMPTS) return differences;
      await pause(READ_DELAY_MS);
    }
  };

  if (isHttps) {
    await step('speaks TLS 1.2 or later, with a valid certificate', () =>
      checkTls(url, { now: Date.now(), isOldRefused: choosesTlsVersions(url.hostname) }),
    );
    await step('leads from HTTP to HTTPS', () => checkRedirect(url));
  }
  await step('is alive and ready', async () => [
    ...check(await get('/health', 'application/json'), 200),
    ...check(await get('/ready', 'application/json'), 200),
  ]);
  await step(`tells its contract${version === undefined ? '' : ` of version ${version}`}`, async () => {
    const reply = await get('/openapi.json', 'application/json');
    const differences = check(reply, 200, 'application/json');
    if (differences.length > 0 || version === undefined) return differences;
    return same('the version', memberOf(memberOf(parsed(reply.text), 'info'), 'version'), version);
  });
  if (credential !== undefined) {
    await step('asks strangers for a key, for whatever is not open', async () => {
      const differences = CLOSED.map(async (path) => {
        const reply = await exchange(new URL(path, url), { headers: { accept: 'application/json' } });
        const challenge = reply.headers['www-authenticate'];
        return [
          ...check(reply, 401, 'application/problem+json'),
          ...matching('www-authenticate', challenge, /^Bearer /),
        ];
      });
      return (await Promise.all(differences)).flat();
    });
  }
  await step('records a timestamp', async () => {
    const reply = await post();
    const body = parsed(reply.text);
    Object.assign(record, { id: String(memberOf(body, 'id')), timestamp: String(memberOf(body, 'timestamp')) });
    return [
      ...check(reply, 201, 'application/json'),
      ...same('location', reply.headers.location, `/app/${record.id}`),
      ...same('idempotency-replayed', reply.headers['idempotency-replayed'], undefined),
      ...matching('the timestamp', record.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      ...same('the source', memberOf(body, 'source'), SOURCE),
      ...same('the note', memberOf(body, 'note'), note),
    ];
  });
  await step('replays it for the same Idempotency-Key', async () => {
    const reply = await post();
    return [
      ...check(reply, 201, 'application/json'),
      ...same('the id', memberOf(parsed(reply.text), 'id'), record.id),
      ...same('idempotency-replayed', reply.headers['idempotency-replayed'], 'true'),
    ];
  });
  await step('reads it back as JSON', () =>
    eventually(async (query) => {
      const reply = await get(`/app/${record.id}`, 'application/json');
      const list = await get(`/app?${query}`, '*/*');
      return [
        ...check(reply, 200, 'application/json'),
        ...same('the note', memberOf(parsed(reply.text), 'note'), note),
        ...check(list, 200, 'application/json'),
        ...(list.text.split(record.id).length === 2 ? [] : [`the list does not have the id ${record.id} once`]),
      ];
    }),
  );
  await step('shows it on a page', () =>
    eventually(async (query) => {
      const reply = await get(`/app?${query}`, 'text/html');
      return [
        ...check(reply, 200, 'text/html'),
        ...(reply.text.includes(note) ? [] : [`the page does not show the note ${note}`]),
      ];
    }),
  );
  await step('refuses what is wrong, and says what', async () => {
    const reply = await send('/app?source=no%20spaces', { method: 'POST', headers: { accept: 'application/json' } });
    return [...check(reply, 400, 'application/problem+json'), ...matching('the problem', reply.text, /source/)];
  });
  await step('greets', async () => {
    const body = JSON.stringify({ dateOfBirth: '1990-05-17' });
    const headers = { 'content-type': 'application/json' };
    const put = await send(`/hello/${username}`, { method: 'PUT', headers, body });
    const reply = await get(`/hello/${username}`, 'application/json');
    return [
      ...check(put, 204),
      ...check(reply, 200, 'application/json'),
      ...matching('the greeting', reply.text, new RegExp(`Hello, ${username}! (Happy birthday!|Your birthday is in)`)),
    ];
  });
  // Whether or not the greeting went well: nobody is left behind.
  await step('erases', async () => {
    const reply = await send(`/hello/${username}`, { method: 'DELETE' });
    const gone = await get(`/hello/${username}`, 'application/json');
    return [...check(reply, 204), ...check(gone, 404, 'application/problem+json')];
  });
  return outcomes;
}

/** The digits of a UUID as letters, which is what names are made of. */
function lettersOf(uuid: string): string {
  return uuid
    .replaceAll('-', '')
    .replaceAll(/[0-9a-f]/g, (digit) => 'abcdefghijklmnop'[Number.parseInt(digit, 16)] ?? '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined;
}
