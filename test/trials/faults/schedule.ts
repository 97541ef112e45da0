/**
 * One schedule: some clients that record timestamps through some processes, faults between the processes and the store,
 * and what must hold afterwards. The seed decides all of it: who goes when, and what happens to which request.
 *
 * A client sends its request again, with the same key, until it is answered with 201 or 422. A process that is killed
 * sends nothing any more, from between any two of its steps on; what it had sent may still arrive, at once or later, and
 * a new process takes its place. The clocks of the processes differ by up to a second.
 */
import * as v from 'valibot';
import type { Env } from '../../../lambda/api/env.ts';
import type { TimestampRecord } from '../../../lambda/core/timestamps/record.ts';
import type { TimestampStore } from '../../../lambda/core/timestamps/store.ts';
import { timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createProcess, type Mutate, type Process } from './process.ts';
import { FAULTS, type Fault, type StoreAnswer, type StoreRequest } from './proxy.ts';
import { createRandom } from './random.ts';
import { createTurns } from './turns.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
/** Each schedule has its own days, so that many can share a table. */
const DAYS_EACH = 3;
const START = 1_795_212_906_000_000;
/** How often a client tries. Faults come to an end long before. */
const MAX_TRIES = 40;
const MAX_FAULTS = 10;
/** Each costs the time of an attempt. */
const HANGS: readonly Fault[] = ['hang-before', 'hang-after', 'hang-in-body', 'late'];
const MAX_HANGS = 2;

/** What a schedule is run on. */
export interface Ground {
  readonly env: Env;
  /** Reads what is in the table, past the faults. */
  readonly store: TimestampStore;
  readonly endpointOf: (process: string) => string;
  /** How long an attempt of the SDK may take, in milliseconds. */
  readonly attemptMs: number;
  readonly mutate: Mutate;
  /** Tells the proxy whom to ask what happens to the requests of this process. */
  readonly attach: (process: string, hooks: ProcessHooks) => void;
  readonly detach: (process: string) => void;
}

export interface ProcessHooks {
  readonly decide: (asked: StoreRequest) => Fault | undefined;
  readonly onAnswer: (asked: StoreRequest, answer: StoreAnswer) => void;
  readonly onKill: () => void;
  readonly onLate: (arrive: () => Promise<void>) => void;
}

export interface Outcome {
  readonly seed: number;
  /** What did not hold; empty when all did. */
  readonly violations: readonly string[];
  /** How often each fault was injected. */
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  readonly acknowledged: number;
  readonly replayed: number;
  readonly refused: number;
  /** Clients whose condition failed because of their very own write, and how many of them were acknowledged. */
  readonly falseFailures: number;
  readonly falseFailuresAcknowledged: number;
  /** What happened, line by line. */
  readonly trace: readonly string[];
}

interface Client {
  readonly name: string;
  readonly key: string | undefined;
  readonly payload: { readonly source?: string; readonly note: string };
  /** The ids of the requests that it has sent. */
  readonly requestIds: string[];
  status?: number;
  replayed?: boolean;
  record?: TimestampRecord | undefined;
}

const Record = v.looseObject({ id: v.string(), timestamp: v.string() });
const Written = v.object({
  Item: v.object({
    record: v.object({ M: v.object({ id: v.object({ S: v.string() }), requestId: v.object({ S: v.string() }) }) }),
  }),
});

export async function runSchedule(seed: number, ground: Ground): Promise<Outcome> {
  const random = createRandom(seed);
  const turns = createTurns(random);
  const windowStart = START + seed * DAYS_EACH * DAY;
  let clock = windowStart + 60 * SECOND;
  const trace: string[] = [];
  const violations: string[] = [];
  const faults: Partial<Record<Fault, number>> = {};
  // Some schedules have all kinds of faults, some only a few, which then meet the same request again and again.
  const rate = random.pick([0, 0.2, 0.4, 0.6, 0.9]);
  const share = random.pick([0.2, 0.5, 1]);
  const kinds = FAULTS.filter(() => random.chance(share));
  let faultsLeft = MAX_FAULTS;
  let hangsLeft = MAX_HANGS;
  const late: (() => Promise<void>)[] = [];
  const issued = new Map<string, Client>();
  /** The ids of the records that keys stand for, as far as their writes have landed. */
  const landed = new Set<string>();
  const falselyRefused = new Set<Client>();

  function draw(asked: StoreRequest): Fault | undefined {
    clock += 1 + random.below(1000);
    if (faultsLeft === 0 || !random.chance(rate)) return undefined;
    const fault = kinds[random.below(kinds.length)];
    if (fault === undefined) return undefined;
    const hangs = HANGS.includes(fault);
    if (hangs && hangsLeft === 0) return undefined;
    faultsLeft--;
    if (hangs) hangsLeft--;
    faults[fault] = (faults[fault] ?? 0) + 1;
    trace.push(`${asked.process}: ${fault} at ${asked.action}`);
    return fault;
  }

  function watch({ process, action, body }: StoreRequest, answer: StoreAnswer): void {
    const refused = answer.body.includes('ConditionalCheckFailed');
    const written = v.safeParse(Written, JSON.parse(body));
    trace.push(`${process}: the store answers ${answer.status} to ${action}${refused ? ', the condition failed' : ''}`);
    if (!written.success) return;
    const { id, requestId } = written.output.Item.record.M;
    if (answer.status === 200) landed.add(id.S);
    const client = issued.get(requestId.S);
    if (refused && landed.has(id.S) && client !== undefined) falselyRefused.add(client);
  }

  let started = 0;
  const processes: Process[] = [];
  function startProcess(): Process {
    const name = `${seed}-${started++}`;
    const skew = random.below(2 * SECOND) - SECOND;
    const { attemptMs, mutate } = ground;
    const env = { ...ground.env, dynamodbEndpoint: ground.endpointOf(name) };
    const process = createProcess({ name, env, random, now: () => clock + skew, turn: turns.wait, attemptMs, mutate });
    ground.attach(name, {
      decide: draw,
      onAnswer: watch,
      onKill: process.kill,
      onLate: (arrive) => late.push(arrive),
    });
    processes.push(process);
    return process;
  }
  const running = [startProcess(), startProcess()];
  function anyProcess(): Process {
    const place = random.below(running.length);
    const process = running[place];
    if (process !== undefined && !process.killed()) return process;
    const fresh = startProcess();
    running[place] = fresh;
    return fresh;
  }

  async function arriveSome(share: number): Promise<void> {
    for (const arrive of late.splice(0)) {
      if (random.chance(share)) await arrive();
      else late.push(arrive);
    }
  }

  async function runClient(client: Client): Promise<void> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      await turns.wait();
      await arriveSome(0.3);
      const process = anyProcess();
      const requestId = `${seed}-${client.name}-${tries}`;
      client.requestIds.push(requestId);
      issued.set(requestId, client);
      const answer = await process.invoke(eventOf(client), requestId);
      const lost = process.killed() || (faultsLeft > 0 && random.chance(rate / 4));
      trace.push(`${client.name}: ${lost ? 'never sees' : 'is answered'} ${answer.statusCode} by ${process.name}`);
      if (lost || answer.statusCode >= 500) continue;
      client.status = answer.statusCode;
      client.replayed = answer.headers['idempotency-replayed'] === 'true';
      if (answer.statusCode === 201) client.record = readRecord(client, answer.body, answer.headers.location);
      else if (answer.statusCode !== 422)
        violations.push(`${client.name}: answered ${answer.statusCode} ${answer.body}`);
      return;
    }
    violations.push(`${client.name}: not answered in ${MAX_TRIES} tries`);
  }

  function readRecord(client: Client, body: string, location: string | undefined): TimestampRecord | undefined {
    const record = v.parse(Record, JSON.parse(body));
    if (location !== `/app/${record.id}`) violations.push(`${client.name}: Location is ${location}`);
    if (record.timestamp !== timestampOf(record.id)) violations.push(`${client.name}: another timestamp than the id's`);
    return JSON.parse(body);
  }

  /** Lets clients run until each is answered, and what is on the way arrive. */
  async function run(clients: readonly Client[]): Promise<void> {
    for (const _ of clients) turns.join();
    await Promise.all(clients.map((client) => runClient(client).finally(turns.leave)));
    await arriveSome(1);
  }

  function drawClients(phase: string, count: number): Client[] {
    return Array.from({ length: count }, (_, index) => {
      const key = random.chance(0.15) ? undefined : `key-${seed}-${random.below(2)}`;
      // Mostly what the others with this key send, too.
      const note = `note ${seed} ${key} ${random.chance(0.1) ? 'other' : 'same'}`;
      const payload = { note, ...(random.chance(0.3) && { source: `source-${seed}` }) };
      const shared = key === undefined ? payload : { note, source: `source-${seed}` };
      return { name: `${phase}${index}`, key, payload: shared, requestIds: [] };
    });
  }

  // On the first day; then some come back, either a little before their keys expire or a little after.
  const early = drawClients('a', 2 + random.below(3));
  await run(early);
  const generations = [early];
  if (random.chance(0.3)) {
    const expired = random.chance(0.5);
    clock = windowStart + DAY + (expired ? 90 : 30) * SECOND;
    const back = drawClients('b', 1 + random.below(2));
    faultsLeft = Math.max(faultsLeft, 3);
    await run(back);
    if (expired) generations.push(back);
    else early.push(...back);
  }

  const found = await listAll(ground.store, windowStart, windowStart + DAYS_EACH * DAY);
  violations.push(...generations.flatMap((clients) => judge(clients, found)));
  violations.push(...phantoms(found, issued));
  const refusedForGood = [...falselyRefused].filter(({ status }) => status !== 201);
  violations.push(...refusedForGood.map(({ name }) => `${name}: falsely refused, and never acknowledged`));
  for (const process of processes) {
    process.close();
    ground.detach(process.name);
  }
  const clients = generations.flat();
  return {
    seed,
    violations,
    faults,
    acknowledged: clients.filter(({ status }) => status === 201).length,
    replayed: clients.filter(({ replayed }) => replayed).length,
    refused: clients.filter(({ status }) => status === 422).length,
    falseFailures: falselyRefused.size,
    falseFailuresAcknowledged: falselyRefused.size - refusedForGood.length,
    trace,
  };
}

/** The start and the end of the time that the schedules of some seeds fill: what is outside of it is nobody's. */
export function timeOf(first: number, count: number): { readonly from: number; readonly to: number } {
  return { from: START + first * DAYS_EACH * DAY, to: START + (first + count) * DAYS_EACH * DAY };
}

function eventOf({ key, payload }: Client): object {
  const headers = { accept: 'application/json', 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' };
  return {
    httpMethod: 'POST',
    path: '/app',
    headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
    body: JSON.stringify(payload),
  };
}

async function listAll(store: TimestampStore, from: number, to: number): Promise<readonly TimestampRecord[]> {
  const { records, more } = await store.list({ limit: 1000, from, to });
  if (more) throw new Error('a schedule of more than 1,000 records');
  return records;
}

/** What does not hold of the clients whose keys stood for the same records. */
function judge(clients: readonly Client[], found: readonly TimestampRecord[]): string[] {
  const violations: string[] = [];
  for (const { name, record, payload } of clients) {
    if (record === undefined) continue;
    const stored = found.find(({ id }) => id === record.id);
    if (stored === undefined) violations.push(`${name}: acknowledged and lost`);
    else if (!same(stored, record))
      violations.push(`${name}: acknowledged ${JSON.stringify(record)}, stored otherwise`);
    if (record.note !== payload.note || record.source !== payload.source)
      violations.push(`${name}: acknowledged what it did not send`);
  }
  for (const key of new Set(clients.map((client) => client.key))) {
    if (key === undefined) continue;
    const sharing = clients.filter((client) => client.key === key);
    const requestIds = new Set(sharing.flatMap((client) => client.requestIds));
    const stored = found.filter(({ requestId }) => requestIds.has(requestId));
    if (stored.length > 1) violations.push(`${key}: ${stored.length} records`);
    if (sharing.some(({ record }) => record !== undefined && !requestIds.has(record.requestId)))
      violations.push(`${key}: acknowledged a record of before the key expired`);
    const acknowledged = sharing.flatMap(({ record }) => record ?? []);
    if (new Set(acknowledged.map(({ id }) => id)).size > 1) violations.push(`${key}: acknowledged with several ids`);
    const first = sharing.filter(({ status, replayed }) => status === 201 && !replayed);
    if (first.length > 1) violations.push(`${key}: first used ${first.length} times`);
    for (const { name, status, payload } of sharing) {
      if (status === 422 && !acknowledged.some(({ note }) => note !== payload.note))
        violations.push(`${name}: refused, but nobody sent anything else`);
    }
  }
  return violations;
}

/** Records that nobody asked for, or not like that, or not that often. */
function phantoms(found: readonly TimestampRecord[], issued: ReadonlyMap<string, Client>): string[] {
  const seen = new Set<string>();
  return found.flatMap(({ id, note, source, requestId }) => {
    const client = issued.get(requestId);
    if (client === undefined) return [`${id}: nobody asked for it`];
    if (note !== client.payload.note || source !== client.payload.source) return [`${id}: asked for otherwise`];
    if (seen.has(requestId)) return [`${id}: asked for once, there twice`];
    seen.add(requestId);
    return [];
  });
}

function same(a: TimestampRecord, b: TimestampRecord): boolean {
  const fields = (record: TimestampRecord) => JSON.stringify(Object.entries(record).toSorted());
  return fields(a) === fields(b);
}
