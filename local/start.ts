/** `npm start`: the bundle that Lambda runs, behind a model of what stands before it, on a DynamoDB in this process. */
import type { Server } from 'node:http';
import { isIP } from 'node:net';
import { pathToFileURL } from 'node:url';
import { type Bundle, bundleHandler } from '../build/bundle.ts';
import { ENV } from '../lambda/api/env.ts';
import { EnvError } from '../lambda/core/env.ts';
import { TELLING_ENV } from '../lambda/core/telling/env.ts';
import { dropBlankVariables } from './forget-aws.ts';
import { createCloudFront } from './fronts/cloudfront.ts';
import { createFrontOf, randomSecret } from './fronts/fronts.ts';
import { createInvoker } from './invoker.ts';
import { listen } from './listen.ts';
import { filterLog } from './log-level.ts';
import { startSender } from './notify/local-sender.ts';
import { parseOptions, type StartOptions, USAGE } from './options.ts';
import { keepProviderKeys } from './provider-keys.ts';
import { type FindClient, parseTrustedProxies } from './proxies.ts';
import { StartError } from './start-error.ts';
import { checkClockOf, openStore } from './store.ts';
import { answerHelp, UsageError } from './usage.ts';
import { isWatchOn, localTick, startWatch, WATCH } from './watch.ts';

/** As long as the function may take. */
const STOP_TIMEOUT_MS = 10_000;

function parsePort(text = '3000'): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new StartError(`PORT is "${text}"; it must be 0 to 65535`);
  return port;
}

function parseHost(host = '127.0.0.1'): string {
  if (isIP(host) === 0) {
    throw new StartError(`HOST is "${host}"; it must be an address of this machine, or 0.0.0.0 or :: for all of them`);
  }
  return host;
}

/** Where it listens, and whom it believes who the client is. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly findClient: FindClient;
}

/** Listens where somebody chose, who is told why that cannot be. */
async function listenOn({ host, port }: Place, server: Server): Promise<string> {
  try {
    return await listen(server, port, host);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new StartError(`port ${port} is in use: choose another one with PORT`);
    if (code === 'EACCES')
      throw new StartError(`port ${port} is not allowed to this user: choose another one with PORT`);
    if (code === 'EADDRNOTAVAIL') throw new StartError(`HOST is "${host}", which is no address of this machine`);
    throw error;
  }
}

/** The servers in front of the function, listening, the outermost first. */
interface Fronts {
  readonly servers: readonly Server[];
  readonly origin: string;
  /** For people. */
  readonly names: string;
}

async function openFronts({ file, parts }: Bundle, place: Place, { front: name, cdn }: StartOptions): Promise<Fronts> {
  const secret = randomSecret();
  if (cdn) process.env[ENV.originSecrets] = secret;
  // All of it at once: whatever is bundled in this folder while the server runs may replace the files.
  const [{ handler }] = await Promise.all([file, ...parts].map((path) => import(pathToFileURL(path).href)));
  const { findClient } = place;
  const caller = { invoke: createInvoker({ handler }), log: console.error };
  if (!cdn) {
    const front = await createFrontOf(name, { ...caller, findClient });
    return { servers: [front], origin: await listenOn(place, front), names: name };
  }
  const front = await createFrontOf(name, caller);
  const behind = await listen(front);
  const cloudFront = createCloudFront({
    origin: behind,
    secret,
    findClient,
    log: console.error,
    withCredentials: process.env[ENV.access] === 'keys',
  });
  const names = `CloudFront, then ${name} on ${behind}, where only CloudFront is answered`;
  return { servers: [cloudFront, front], origin: await listenOn(place, cloudFront), names };
}

/** What this machine is called from this machine: what else a name leads here by, a page may have made up. */
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

const KEYS_HINT = '  keys:  npm run keys -- create --name me --scope record --scope read --scope people';

const OPEN_HINT = '  open:  whoever reaches this address may record and read; ACCESS=keys asks for keys';

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}

async function start(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  dropBlankVariables();
  process.env[ENV.allowedHosts] = [...LOOPBACK_HOSTS, process.env[ENV.allowedHosts]].filter(Boolean).join(',');
  const wantsWatch = isWatchOn(process.env[WATCH]);
  const { PORT, HOST, TRUSTED_PROXIES, LOG_LEVEL } = process.env;
  const place = { host: parseHost(HOST), port: parsePort(PORT), findClient: parseTrustedProxies(TRUSTED_PROXIES) };
  filterLog(LOG_LEVEL);
  const [bundle, store] = await Promise.all([bundleHandler(), openStore()]);
  await checkClockOf(store);
  const asksProvider = process.env[ENV.access] === 'keys' && process.env[ENV.oidc] !== undefined;
  const provider = asksProvider ? keepProviderKeys() : undefined;
  const { servers, origin, names } = await openFronts(bundle, place, options);

  // Where links in messages lead.
  process.env[TELLING_ENV.baseUrl] ??= origin;
  const { folder, isReal } = store;
  const sender = isReal ? undefined : startSender({ variables: process.env, folder, log: console.error });

  console.log(`Rollcall answers on ${origin}
  try:   curl -X POST ${origin}/app
  front: ${names}
  data:  ${store.place}
  mails: ${sender?.mails ?? 'by the stage'}
  stop:  Ctrl-C`);
  if (process.env[ENV.access] === 'keys') console.log(KEYS_HINT);
  else if (!isLoopback(place.host)) console.log(OPEN_HINT);

  const watch = wantsWatch && !isReal ? startWatch({ tickOf: localTick, log: console.error }) : undefined;

  let stopping = false;
  const stop = async () => {
    if (stopping) return; // A terminal sends its signal to npm, which passes it on, and to this process.
    stopping = true;
    // No request takes longer, but a client may never finish sending one.
    const cut = () => servers.forEach((server) => void server.closeAllConnections());
    setTimeout(cut, STOP_TIMEOUT_MS).unref();
    for (const server of servers) await new Promise((closed) => server.close(closed));
    await watch?.stop();
    provider?.stop();
    await sender?.stop();
    await store.close();
    process.exit(0);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

function fail(error: unknown): never {
  const isUsage = error instanceof UsageError;
  const known = isUsage || error instanceof StartError || error instanceof EnvError;
  console.error(known ? `Rollcall cannot start: ${error.message}` : error);
  process.exit(isUsage ? 2 : 1);
}

answerHelp(USAGE);
// dynalite throws out of reach of its caller when two servers open the same files at the same moment.
const failOutside = (error: Error) =>
  fail(new StartError(`${error.message}; perhaps another server started on the same data`));
process.once('uncaughtException', failOutside);
await start().catch(fail);
process.off('uncaughtException', failOutside);
