import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { seededNumbers } from '../scale/random.ts';
import { ServerProcess } from './server-process.ts';

const CLIENTS = 8;
const SOURCES = ['a', 'b', 'c'] as const;
const MAX_ACKNOWLEDGED = 300;
/** The end comes up to this long after the answer that it waits for, in milliseconds. */
const MAX_LAG_MS = 5;
/** About as long as the server takes to start. */
const MAX_START_MS = 800;
/** How many rounds start the server once more and kill it while it starts: the files are killed while they recover, too. */
const STARTS_KILLED = 0.2;

const RecordAnswer = v.object({
  id: v.string(),
  timestamp: v.string(),
  source: v.optional(v.string()),
  note: v.string(),
  clientIp: v.string(),
  protocol: v.string(),
  requestId: v.string(),
});
type RecordAnswer = v.InferOutput<typeof RecordAnswer>;
const PageAnswer = v.object({ items: v.array(RecordAnswer), next: v.nullable(v.string()) });

export interface CrashOptions {
  readonly dataDir: string;
  readonly rounds: number;
  /** The same seed kills after the same numbers of answers; what runs at that moment is up to the machine. */
  readonly seed: string;
  /** Is told after each round. */
  readonly log?: (line: string) => void;
}

export interface CrashOutcome {
  readonly kills: number;
  readonly acknowledged: number;
  /** Records that are there though nobody was told: the process was killed before it could. */
  readonly unacknowledged: number;
}

/** A client's requests, and what came of them. */
class Ledger {
  readonly sent = new Set<string>();
  /** By id. */
  readonly acknowledged = new Map<string, RecordAnswer>();
}

/**
 * Kills the server again and again while clients record timestamps, and after each restart compares what it lists with
 * what it acknowledged.
 *
 * @throws Error that names what was lost, doubled or made up
 */
export async function runCrashes({ dataDir, rounds, seed, log = () => {} }: CrashOptions): Promise<CrashOutcome> {
  const random = seededNumbers(seed);
  const ledger = new Ledger();
  let kills = 0;
  let server = new ServerProcess(dataDir);
  try {
    for (let round = 0; round < rounds; round++) {
      const origin = await server.origin;
      const before = ledger.acknowledged.size;
      const target = before + Math.ceil(random() * MAX_ACKNOWLEDGED);
      const lag = random() * MAX_LAG_MS;
      const clients = Array.from({ length: CLIENTS }, (_, client) => recordUntilKilled(origin, `${round}.${client}`));
      await Promise.all(clients);
      await server.gone();
      kills++;
      if (random() < STARTS_KILLED) {
        const doomed = new ServerProcess(dataDir);
        await delay(random() * MAX_START_MS);
        doomed.kill();
        await doomed.gone();
        kills++;
      }
      server = new ServerProcess(dataDir);
      const since = [...ledger.acknowledged.values()][before]?.timestamp;
      await compare(await server.origin, ledger, since);
      log(`round ${round + 1}: ${ledger.acknowledged.size - before} acknowledged, all there`);

      /** Records one after another until nobody answers; the client that gets the last answer of the round kills. */
      async function recordUntilKilled(address: string, name: string): Promise<void> {
        for (let i = 0; ; i++) {
          const source = SOURCES[i % (SOURCES.length + 1)];
          const note = `${name}.${i}`;
          ledger.sent.add(note);
          const body = JSON.stringify({ note, ...(source && { source }) });
          let answer: unknown;
          try {
            const headers = { 'content-type': 'application/json', accept: 'application/json' };
            const response = await fetch(`${address}/app`, { method: 'POST', headers, body });
            if (response.status !== 201) throw new Refused(`${response.status} ${await response.text()}`);
            answer = await response.json();
          } catch (error) {
            if (error instanceof Refused) throw error;
            return;
          }
          const record = v.parse(RecordAnswer, answer);
          ledger.acknowledged.set(record.id, record);
          if (ledger.acknowledged.size === target) void delay(lag).then(() => server.kill());
        }
      }
    }
    const origin = await server.origin;
    const found = await compare(origin, ledger);
    server.stop();
    return { kills, acknowledged: ledger.acknowledged.size, unacknowledged: found - ledger.acknowledged.size };
  } catch (error) {
    server.kill();
    throw error;
  } finally {
    await server.gone();
  }
}

/** The server answered a request that was in order with something else than success. */
class Refused extends Error {
  override readonly name = 'Refused';
}

/**
 * Compares the lists of the server with what it acknowledged.
 *
 * @param since only records from this time on
 * @returns how many records there are
 */
async function compare(origin: string, { sent, acknowledged }: Ledger, since?: string): Promise<number> {
  const expected = [...acknowledged.values()].filter(({ timestamp }) => since === undefined || timestamp >= since);
  const all = await list(origin, since === undefined ? '' : `&from=${since}`);
  const byId = new Map(all.map((record) => [record.id, record]));
  for (const record of expected) same(byId.get(record.id), record, 'in the list');
  const notes = all.map(({ note }) => note);
  if (byId.size !== all.length || new Set(notes).size !== notes.length) throw new Error('a record is there twice');
  const unknown = notes.find((note) => !sent.has(note));
  if (unknown !== undefined) throw new Error(`there is a record that nobody sent: ${unknown}`);
  for (const source of SOURCES) {
    const listed = await list(origin, `&source=${source}${since === undefined ? '' : `&from=${since}`}`);
    same(
      listed,
      all.filter((record) => record.source === source),
      `listed with source ${source}`,
    );
  }
  // What is listed is there by its id, the records that were not acknowledged among them.
  for (const record of since === undefined ? [] : all) {
    const response = await fetch(`${origin}/app/${record.id}`, { headers: { accept: 'application/json' } });
    same(await response.json(), record, 'by its id');
  }
  return all.length;
}

async function list(origin: string, filter: string): Promise<RecordAnswer[]> {
  const records: RecordAnswer[] = [];
  let cursor = '';
  for (;;) {
    const response = await fetch(`${origin}/app?format=json&limit=1000${filter}${cursor}`);
    const { items, next } = v.parse(PageAnswer, await response.json());
    records.push(...items);
    if (next === null) return records;
    cursor = `&before=${next}`;
  }
}

function same(found: unknown, expected: unknown, where: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  const [left, right] = [found, expected].map((value) => JSON.stringify(value)?.slice(0, 500));
  throw new Error(`${where} there is ${left ?? 'nothing'}; it should be ${right}`);
}
