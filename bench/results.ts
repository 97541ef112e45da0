import { availableParallelism } from 'node:os';
import type { AccessResults } from './access.ts';
import { ROUNDS } from './cold.ts';
import { type PageTimes, TABLE_SIZES } from './page.ts';
import { PAGES_IN_FLIGHT, type ShardResults } from './shards.ts';
import { IN_FLIGHT, type WarmResult } from './warm.ts';

/** Everything that one run measured. Lists of contestants hold Rollcall, (a) and (b), in this order. */
export interface Results {
  readonly bytes: readonly number[];
  readonly loadMs: readonly number[];
  /** What (a) takes to load and answer if it loads Node's own modules as Rollcall's bundle does. */
  readonly bareBuiltinsMs: number;
  readonly post: readonly WarmResult[];
  readonly get: readonly WarmResult[];
  /** Of Rollcall alone. */
  readonly access: AccessResults;
  readonly shards: ShardResults;
  /** Of Rollcall alone. */
  readonly pages: PageTimes;
  /** Of Rollcall alone: what the processor takes for the markup of a page of 100 items. */
  readonly renderMs: number;
  /** The same for the page of a roll of 100 sources. */
  readonly rollRenderMs: number;
}

const [SMALL, LARGE] = TABLE_SIZES.map((size) => size.toLocaleString('en'));

/** A row of the table. */
export interface Row {
  readonly measure: string;
  /** Of Rollcall, (a) and (b); those that are left out were not measured. */
  readonly values: readonly (number | undefined)[];
  /** How many decimals are worth showing. */
  readonly digits: number;
}

/** What the project promises about one of the numbers. */
export interface Goal {
  readonly text: string;
  readonly actual: number;
  readonly limit: number;
  /** Not promised, but wished for. */
  readonly better?: number;
}

export function isReached({ actual, limit }: Goal): boolean {
  return actual <= limit;
}

/** `a / b`; NaN, which reaches no goal, if either is missing. */
export function ratio(a = Number.NaN, b = Number.NaN): number {
  return a / b;
}

export function rowsOf({
  bytes,
  loadMs,
  bareBuiltinsMs,
  post,
  get,
  access,
  shards,
  pages,
  renderMs,
  rollRenderMs,
}: Results): Row[] {
  return [
    { measure: 'bundle, minified (KB)', values: bytes.map(kilobytes), digits: 1 },
    { measure: 'load + first POST /app, fresh process (ms)', values: loadMs, digits: 1 },
    {
      measure: '  the same, (a) loading node:* as Rollcall does',
      values: [loadMs[0], bareBuiltinsMs],
      digits: 1,
    },
    ...warmRows('POST /app, warm', post),
    ...warmRows('GET /app of 100 items, warm', get),
    { measure: 'POST /app where nobody is asked: p50 (ms)', values: [access.post.open.p50Ms], digits: 2 },
    { measure: 'POST /app with a key: p50 (ms)', values: [access.post.key.p50Ms], digits: 2 },
    { measure: 'POST /app with a JWT: p50 (ms)', values: [access.post.token.p50Ms], digits: 2 },
    {
      measure: 'load + first POST /app with a key, and (a) (ms)',
      values: [access.first.key, access.first.bare],
      digits: 1,
    },
    ...shardRows(shards),
    ...pageRows('newest page', pages.newest),
    ...pageRows('page before a cursor', pages.older),
    { measure: 'page of 100 items as HTML, CPU (ms)', values: [renderMs], digits: 2 },
    { measure: 'roll of 100 sources as HTML, CPU (ms)', values: [rollRenderMs], digits: 2 },
  ];
}

export function goalsOf({ bytes, loadMs, get, access, shards, pages, renderMs, rollRenderMs }: Results): Goal[] {
  const [rollcall, bare, usual] = loadMs;
  const pageRatio = ([small, large]: readonly number[]) => ratio(large, small);
  return [
    { text: 'bundle, KB', actual: kilobytes(bytes[0] ?? Number.NaN), limit: 240 },
    { text: 'load + first request, Rollcall/a', actual: ratio(rollcall, bare), limit: 1.7, better: 1.6 },
    { text: 'load + first request, Rollcall/b', actual: ratio(rollcall, usual), limit: 0.55 },
    { text: 'GET /app, p50, Rollcall/b', actual: ratio(get[0]?.p50Ms, get[2]?.p50Ms), limit: 1.6 },
    {
      text: 'GET /app, requests/s, b/Rollcall',
      actual: ratio(get[2]?.perSecond, get[0]?.perSecond),
      limit: 1.82,
    },
    {
      text: 'POST /app, p50, with a key/without',
      actual: ratio(access.post.key.p50Ms, access.post.open.p50Ms),
      limit: 1.05,
    },
    {
      text: 'POST /app, p50, with a JWT/without',
      actual: ratio(access.post.token.p50Ms, access.post.open.p50Ms),
      limit: 1.3,
    },
    { text: 'load + first request, with a key/a', actual: ratio(access.first.key, access.first.bare), limit: 2 },
    ...shardGoals(shards),
    { text: `newest page, table of ${LARGE}/${SMALL}`, actual: pageRatio(pages.newest), limit: 1.3 },
    { text: `page before a cursor, table of ${LARGE}/${SMALL}`, actual: pageRatio(pages.older), limit: 1.3 },
    { text: 'page of 100 items as HTML, ms of CPU', actual: renderMs, limit: 5 },
    { text: 'roll of 100 sources as HTML, ms of CPU', actual: rollRenderMs, limit: 2 },
  ];
}

/** What a reader must know to judge the numbers. */
export function notesOf(): string {
  return `Node ${process.version}, ${availableParallelism()} CPUs; DynamoDB is dynalite, in memory, in a process of its own.
load + first: medians of ${ROUNDS}. requests/s: ${IN_FLIGHT} in flight. p50, p99 and pages (medians): one request at a time. pages/s: ${PAGES_IN_FLIGHT} in flight.
Rollcall reads a page from each of its shards and indexes what it records by source; (a) and (b) do neither.
A ratio below 1 is good for Rollcall, but for requests/s one above 1.`;
}

function shardRows({ counts, usual, longNotesUnits }: ShardResults): Row[] {
  return [
    ...counts.flatMap(({ shards, warm, units, unitsBySource }) => [
      {
        measure: `page of 100, ${shards} shards: pages/s`,
        values: [warm.perSecond, undefined, usual.perSecond],
        digits: 0,
      },
      { measure: `page of 100, ${shards} shards: p50 (ms)`, values: [warm.p50Ms, undefined, usual.p50Ms], digits: 2 },
      { measure: `page of 100, ${shards} shards: read units`, values: [units], digits: 1 },
      { measure: `page of 100, ${shards} shards: by source`, values: [unitsBySource], digits: 1 },
    ]),
    { measure: 'page of 1,000 notes of 1 KB: read units', values: [longNotesUnits], digits: 0 },
  ];
}

/** What is promised of pages, by the number of shards. */
const SHARD_GOALS: readonly { readonly shards: number; readonly p50?: number; readonly units?: number }[] = [
  { shards: 4, units: 12 },
  { shards: 8, p50: 2.2, units: 16 },
  { shards: 16, p50: 4 },
];

function shardGoals({ counts, usual, longNotesUnits }: ShardResults): Goal[] {
  const goals = SHARD_GOALS.flatMap(({ shards, p50, units }) => {
    const measured = counts.find((one) => one.shards === shards);
    const { units: actual = Number.NaN, unitsBySource = Number.NaN } = measured ?? {};
    const name = `page of 100, ${shards} shards`;
    return [
      ...(p50 === undefined
        ? []
        : [{ text: `${name}, p50, Rollcall/b`, actual: ratio(measured?.warm.p50Ms, usual.p50Ms), limit: p50 }]),
      ...(units === undefined
        ? []
        : [
            { text: `${name}, read units`, actual, limit: units },
            { text: `${name}, read units by source`, actual: unitsBySource, limit: units / 2 },
          ]),
    ];
  });
  return [...goals, { text: 'page of 1,000 notes of 1 KB, read units', actual: longNotesUnits, limit: 350 }];
}

function warmRows(what: string, results: readonly WarmResult[]): Row[] {
  return [
    { measure: `${what}: requests/s`, values: results.map(({ perSecond }) => perSecond), digits: 0 },
    { measure: `${what}: p50 (ms)`, values: results.map(({ p50Ms }) => p50Ms), digits: 2 },
    { measure: `${what}: p99 (ms)`, values: results.map(({ p99Ms }) => p99Ms), digits: 2 },
  ];
}

function pageRows(what: string, [small, large]: readonly number[]): Row[] {
  return [
    { measure: `${what}, table of ${SMALL} (ms)`, values: [small], digits: 2 },
    { measure: `${what}, table of ${LARGE} (ms)`, values: [large], digits: 2 },
    { measure: `${what}, ${LARGE} / ${SMALL}`, values: [ratio(large, small)], digits: 2 },
  ];
}

function kilobytes(bytes: number): number {
  return bytes / 1024;
}
