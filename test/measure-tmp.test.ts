import { it } from 'vitest';
import { fillRoll, sampleRoll } from '../build/sample-roll.ts';
import { createDynamoClient } from '../lambda/core/dynamo/client.ts';
import { chunksOf, createCheckpointStore } from '../lambda/core/roll/checkpoint.ts';
import { startServer } from './support/server.ts';
import { backends } from './support/stores.ts';
it.each(backends())('m $name', async (b) => {
  const NOW = Date.parse('2026-11-20T22:15:06.172Z');
  const sample = sampleRoll(100, NOW);
  const base = await startServer(b, { deps: { now: () => NOW } });
  const store = await base.deps.roll!();
  await fillRoll(store, sample);
  const tableName = base.env.tables.roll!;
  const heard = new Map(sample.states.flatMap(({ source, lastContact: at }, i) => at === undefined ? [] : [[source, { lastContact: at, lastAnswer: at, lastSuccess: at, answers: { good: [{ count: i + 1, since: at - i * 60000, at }], bad: [], last: 'good' as const }, runs: {}, values: {} }] as const]));
  await createCheckpointStore({ client: createDynamoClient(base.env), tableName }).write(chunksOf({ position: NOW - 60000, sources: heard }), NOW);
  const server = await startServer(b, { deps: { now: () => NOW, roll: async () => ({ ...store, getWatch: async () => sample.watch }) } });
  for (const p of ['/sources', '/sources/report-porto', '/outages', '/watch']) {
    const { text } = await server.send('GET', p, { headers: { accept: 'text/html' } });
    process.stderr.write(`${b.name} ${p} ${Buffer.byteLength(text)} ${server.lines.at(-1)?.readUnits} chunk ${chunksOf({ position: NOW - 60000, sources: heard })[0]!.length}\n`);
  }
  await server.close(); await base.close();
});
