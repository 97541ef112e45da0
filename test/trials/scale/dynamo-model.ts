import { HttpResponse } from '@smithy/core/protocols';
import * as v from 'valibot';
import { TABLES } from '../../../lambda/core/dynamo/tables.ts';
import { DYNAMODB, OnDemandCapacity, PerSecond, readUnits, sizeOf, writeUnits } from './limits.ts';

const Item = v.record(v.string(), v.record(v.string(), v.string()));
const Text = v.object({ S: v.string() });
const Put = v.object({ Item });
const Query = v.object({
  IndexName: v.optional(v.string()),
  ConsistentRead: v.optional(v.boolean(), false),
  KeyConditionExpression: v.literal('#pk = :pk AND #sk BETWEEN :low AND :high'),
  ExpressionAttributeValues: v.object({ ':pk': Text, ':low': Text, ':high': Text }),
  ScanIndexForward: v.boolean(),
  Limit: v.number(),
  ExclusiveStartKey: v.optional(v.object({ sk: Text })),
});

type Direction = 'Write' | 'Read';
type Place = 'Table' | 'Index';
/**
 * What refused a request. The first is what DynamoDB's `ThrottlingReasons` say of a key; the second is the model's own
 * word for all that the table or the index takes together.
 */
export type Refusal = `${Place}${Direction}KeyRangeThroughputExceeded` | `${Place}${Direction}CapacityExceeded`;

/** The parts of the SDK's HTTP request that the model reads. */
interface WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An item as it lies there. The text is what a query answers with. */
interface Stored {
  readonly sk: string;
  readonly json: string;
  readonly bytes: number;
}

/** One partition key: its items in order, and what it may still do in this second. */
class Partition {
  readonly items: Stored[] = [];
  readonly writes = new PerSecond();
  readonly reads = new PerSecond();
  /** Write units by the second of the clock. */
  readonly written = new Map<number, number>();

  put(item: Stored): void {
    // Ids arrive nearly in order: clocks differ by milliseconds.
    let at = this.items.length;
    while (at > 0 && (this.items[at - 1]?.sk ?? '') > item.sk) at--;
    if (this.items[at - 1]?.sk === item.sk) this.items[at - 1] = item;
    else this.items.splice(at, 0, item);
  }
}

/** The table or its index. */
class Resource {
  readonly partitions = new Map<string, Partition>();
  readonly writes: OnDemandCapacity;
  readonly reads: OnDemandCapacity;
  readonly name: Place;

  constructor(name: Place, { writeUnits, readUnits }: WarmThroughput) {
    this.name = name;
    this.writes = new OnDemandCapacity(writeUnits);
    this.reads = new OnDemandCapacity(readUnits);
  }

  partition(key: string): Partition {
    const found = this.partitions.get(key) ?? new Partition();
    this.partitions.set(key, found);
    return found;
  }
}

/** Units a second that the table, and each index, take from the start. */
export interface WarmThroughput {
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** What a new on-demand table takes. */
export const NEW_TABLE: WarmThroughput = { writeUnits: DYNAMODB.newWriteUnits, readUnits: DYNAMODB.newReadUnits };

/**
 * A model of one on-demand table with an index, at the place of the SDK's HTTP handler: what it is sent has been
 * marshalled, serialised and signed by the SDK, and its answers are parsed by it. Time is what `now` says, so nothing
 * waits. A put is refused, as a whole, when the table or the index has no units left for it, in total or for its key:
 * DynamoDB updates an index a moment later, but an index that falls behind throttles the writes to its table.
 *
 * Left out: latency; that several keys share a partition until DynamoDB splits it; bursts above a key's limit.
 */
export class DynamoModel {
  readonly table: Resource;
  readonly index: Resource;
  /** How often each limit refused a request. */
  readonly refusals = new Map<Refusal, number>();
  /** Read units of the queries that were answered, one by one. */
  readonly queries: number[] = [];
  /** Bytes of the largest item that was put. */
  largestItem = 0;
  private readonly now: () => number;

  /** @param now milliseconds of the model's own clock */
  constructor(now: () => number, warm: WarmThroughput = NEW_TABLE, indexWarm: WarmThroughput = warm) {
    this.now = now;
    this.table = new Resource('Table', warm);
    this.index = new Resource('Index', indexWarm);
  }

  /** For the SDK: `client.config.requestHandler`. */
  readonly handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async ({ headers, body }: WireRequest) => ({ response: this.answer(headers['x-amz-target'], body) }),
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };

  get refused(): number {
    return [...this.refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  private answer(target: string | undefined, body: unknown): HttpResponse {
    const input: unknown = JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));
    if (target === 'DynamoDB_20120810.PutItem') return this.put(v.parse(Put, input).Item);
    if (target === 'DynamoDB_20120810.Query') return this.query(v.parse(Query, input));
    throw new Error(`the model knows no ${target}`);
  }

  private put(item: v.InferOutput<typeof Item>): HttpResponse {
    const { partitionKey, sortKey, indexes } = TABLES.timestamps;
    const { bySource } = indexes;
    const bytes = sizeOf(item);
    const units = writeUnits(bytes);
    this.largestItem = Math.max(this.largestItem, bytes);
    const stored: Stored = { sk: item[sortKey]?.S ?? '', json: JSON.stringify(item), bytes };
    const places = [{ resource: this.table, partition: this.table.partition(item[partitionKey]?.S ?? '') }];
    const indexed = item[bySource.partitionKey]?.S;
    if (indexed !== undefined) places.push({ resource: this.index, partition: this.index.partition(indexed) });

    const now = this.now();
    for (const { resource, partition } of places) {
      if (partition.writes.left(now, DYNAMODB.keyWriteUnits) < units) {
        return this.refuse(`${resource.name}WriteKeyRangeThroughputExceeded`);
      }
      if (resource.writes.left(now) < units) return this.refuse(`${resource.name}WriteCapacityExceeded`);
    }
    const second = Math.floor(now / 1000);
    for (const { resource, partition } of places) {
      resource.writes.take(units);
      partition.writes.take(units);
      partition.written.set(second, (partition.written.get(second) ?? 0) + units);
      partition.put(stored);
    }
    return respond(200, '{}');
  }

  private query(query: v.InferOutput<typeof Query>): HttpResponse {
    const resource = query.IndexName === undefined ? this.table : this.index;
    const { ':pk': pk, ':low': low, ':high': high } = query.ExpressionAttributeValues;
    const partition = resource.partition(pk.S);
    const start = query.ExclusiveStartKey?.sk.S;
    const { items, more } = pageOf(partition.items, {
      low: low.S,
      high: high.S,
      start,
      forward: query.ScanIndexForward,
      limit: query.Limit,
    });
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    const units = readUnits(bytes, query.ConsistentRead);
    const now = this.now();
    // A query is let in while there is anything left, and what it read is taken afterwards: nobody knows it before.
    if (partition.reads.left(now, DYNAMODB.keyReadUnits) <= 0) {
      return this.refuse(`${resource.name}ReadKeyRangeThroughputExceeded`);
    }
    if (resource.reads.left(now) <= 0) return this.refuse(`${resource.name}ReadCapacityExceeded`);
    partition.reads.take(units);
    resource.reads.take(units);
    this.queries.push(units);
    const last = more ? `,"LastEvaluatedKey":${items.at(-1)?.json}` : '';
    const list = items.map(({ json }) => json).join(',');
    return respond(200, `{"Items":[${list}],"Count":${items.length},"ScannedCount":${items.length}${last}}`);
  }

  private refuse(reason: Refusal): HttpResponse {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
    const __type = 'com.amazonaws.dynamodb.v20120810#ThrottlingException';
    return respond(400, JSON.stringify({ __type, message: reason, throttlingReasons: [{ reason }] }));
  }
}

interface Span {
  readonly low: string;
  readonly high: string;
  readonly start: string | undefined;
  readonly forward: boolean;
  readonly limit: number;
}

/** At most `limit` items and at most 1 MB of a sorted run, from one of its ends. */
function pageOf(sorted: readonly Stored[], { low, high, start, forward, limit }: Span) {
  const items: Stored[] = [];
  const step = forward ? 1 : -1;
  let bytes = 0;
  for (let at = forward ? 0 : sorted.length - 1; at >= 0 && at < sorted.length; at += step) {
    const item = sorted[at];
    if (item === undefined || (forward ? item.sk > high : item.sk < low)) break;
    if (item.sk < low || item.sk > high) continue;
    if (start !== undefined && (forward ? item.sk <= start : item.sk >= start)) continue;
    items.push(item);
    bytes += item.bytes;
    if (items.length === limit || bytes >= DYNAMODB.pageBytes) return { items, more: true };
  }
  return { items, more: false };
}

function respond(statusCode: number, json: string): HttpResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return new HttpResponse({ statusCode, headers, body: Buffer.from(json) });
}
