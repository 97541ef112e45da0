/**
 * The embedded store in a thread of its own, so that its milliseconds are not taken for those of the function, behind a
 * proxy that counts what DynamoDB would charge. It posts the endpoints of the proxy and of the store, and on any message the
 * count since the last one.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parentPort } from 'node:worker_threads';
import * as v from 'valibot';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { startEmbeddedDynamo } from '../../local/dynamo/embedded.ts';
import { listen } from '../../local/listen.ts';
import { readUnits, STORAGE_OVERHEAD, sizeOf, writeUnits } from './units.ts';

const Item = v.record(v.string(), v.record(v.string(), v.string()));
const PutItem = v.object({ Item });
const Query = v.object({ ConsistentRead: v.optional(v.boolean(), false) });
const Page = v.object({ Items: v.array(Item) });

/** The units that DynamoDB charges for. */
export interface Charged {
  writeUnits: number;
  readUnits: number;
  /** Of the table and its index, with what DynamoDB adds to each entry. */
  storedBytes: number;
}

const none = (): Charged => ({ writeUnits: 0, readUnits: 0, storedBytes: 0 });
let charged = none();
const { endpoint } = await startEmbeddedDynamo();

const proxy = createServer(async (request, response) => {
  const { 'x-amz-target': target, 'content-type': type, authorization, 'x-amz-date': date } = request.headers;
  const headers = { 'x-amz-target': String(target), 'content-type': String(type), authorization, 'x-amz-date': date };
  const body = await text(request);
  const answer = await fetch(endpoint, { method: 'POST', headers: JSON.parse(JSON.stringify(headers)), body });
  const result = await answer.text();
  if (answer.ok) count(String(target), body, result);
  response.writeHead(answer.status, { 'content-type': String(type) }).end(result);
});

function count(target: string, body: string, result: string): void {
  if (target.endsWith('.PutItem')) {
    const { Item: item } = v.parse(PutItem, JSON.parse(body));
    const bytes = sizeOf(item);
    // An index that has the item is written, too.
    const entries = TABLES.timestamps.indexes.bySource.partitionKey in item ? 2 : 1;
    charged.writeUnits += entries * writeUnits(bytes);
    charged.storedBytes += entries * (bytes + STORAGE_OVERHEAD);
  } else if (target.endsWith('.Query')) {
    const bytes = v.parse(Page, JSON.parse(result)).Items.reduce((sum, item) => sum + sizeOf(item), 0);
    charged.readUnits += readUnits(bytes, v.parse(Query, JSON.parse(body)).ConsistentRead);
  }
}

const counting = await listen(proxy);
parentPort?.on('message', () => {
  parentPort?.postMessage(charged);
  charged = none();
});
parentPort?.postMessage({ counting, plain: endpoint });
