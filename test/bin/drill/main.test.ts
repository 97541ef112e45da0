/** The drill as it is typed, against a stage whose AWS is a store here. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { toItem } from '../../../lambda/core/dynamo/items.ts';
import { TABLE_ENTRIES } from '../../../lambda/core/dynamo/tables.ts';
import { itemOf } from '../../../lambda/core/timestamps/store.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { startCommand } from '../../support/commands.ts';
import { type RestoreProxy, startRestoreProxy } from './restore-proxy.ts';

const LIVE = new Map(TABLE_ENTRIES.map(([id, { name }]) => [id, `rollcall-prod-data-${name}Table0A1B2C3D-XYZ`]));
/** It looks every 5 s whether a table is gone. */
const TIMEOUT = 60_000;

/** A stage with some data. */
async function openStage(onTestFinished: (close: () => Promise<void>) => void): Promise<RestoreProxy> {
  const aws = await startRestoreProxy();
  onTestFinished(aws.close);
  await createTables({ region: 'eu-west-1', dynamodbEndpoint: aws.endpoint, tables: Object.fromEntries(LIVE) });
  for (let count = 0; count < 3; count++) {
    const id = makeId((Date.now() - 3_600_000) * 1000 + count, count, new Uint8Array(7));
    const record = { id, timestamp: '', clientIp: 'unknown', protocol: 'https', requestId: 'r' };
    await aws.client.send(new PutItemCommand({ TableName: LIVE.get('timestamps'), Item: itemOf(record, undefined) }));
  }
  const Item = toItem({ username: 'anna', dateOfBirth: '1990-05-17' });
  await aws.client.send(new PutItemCommand({ TableName: LIVE.get('people'), Item }));
  return aws;
}

const drill = (aws: RestoreProxy) =>
  startCommand('bin/drill/main.ts', ['--stage', 'prod'], {
    AWS_ENDPOINT_URL_DYNAMODB: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'y',
  });
const leftovers = async (aws: RestoreProxy) =>
  (await aws.tables()).filter((name) => ![...LIVE.values()].includes(name));

/** Starts a drill whose restores do not end, and waits until it looks at the tables that it has made. */
async function startEndless(aws: RestoreProxy) {
  aws.isRestoring = true;
  const looked = new Promise<void>((resolve) => {
    aws.onLook = resolve;
  });
  const running = drill(aws);
  await Promise.race([looked, running.end]);
  expect((await leftovers(aws)).length).toBe(LIVE.size);
  return running;
}

describe.concurrent('npm run drill:restore', () => {
  it('says how long each table took and that all is there, ends with 0 and leaves nothing', {
    timeout: TIMEOUT,
  }, async ({ onTestFinished, expect }) => {
    const aws = await openStage(onTestFinished);
    const { code, output, errors } = await drill(aws).end;
    expect([code, errors]).toEqual([0, expect.stringContaining('Removing rollcall-prod-drill-Timestamps-')]);
    expect(output).toMatch(/^To \d{4}-.*Z:\n/);
    expect(output).toMatch(
      /Timestamps: restored in 0 min \d s; 3 items, the live table has 3; of 100 in a sample 100 are the same\n/,
    );
    expect(output).toMatch(/People: restored in .*; 1 items, the live table has 1; of 1 in a sample 1 are the same\n/);
    expect(await leftovers(aws)).toEqual([]);
  });

  it('says what is missing, ends with 1 and leaves nothing', { timeout: TIMEOUT }, async ({
    onTestFinished,
    expect,
  }) => {
    const aws = await openStage(onTestFinished);
    aws.isEmptied = true;
    const { code, output } = await drill(aws).end;
    expect([code, output]).toEqual([1, expect.stringContaining('; 3 records are missing')]);
    expect(output).toContain('it is empty: was all of it written since?');
    expect(await leftovers(aws)).toEqual([]);
  });

  it.for(['SIGINT', 'SIGTERM'] as const)(
    'that is ended in the middle by %s removes what it made, once that can be deleted',
    { timeout: TIMEOUT },
    async (signal, { onTestFinished, expect }) => {
      const aws = await openStage(onTestFinished);
      const { child, end, said } = await startEndless(aws);
      child.kill(signal);
      // It looks whether the tables can be deleted: those that are being restored cannot.
      await new Promise<void>((resolve) => {
        aws.onLook = () => said.errors.includes('Removing') && resolve();
      });
      aws.isRestoring = false;
      const { code, errors, output } = await end;
      expect([code, output]).toEqual([1, '']);
      expect(errors).toContain('Interrupted: what it made is removed, once DynamoDB lets it go.');
      expect(errors).toContain('The drill was interrupted.');
      expect(await leftovers(aws)).toEqual([]);
    },
  );

  it('that is interrupted twice ends at once, and the next one removes what it left', {
    timeout: TIMEOUT,
  }, async ({ onTestFinished, expect }) => {
    const aws = await openStage(onTestFinished);
    const { child, end, said } = await startEndless(aws);
    child.stderr.on('data', () => said.errors.includes('Interrupted:') && child.kill('SIGINT'));
    child.kill('SIGINT');
    const { code, errors } = await end;
    expect([code, errors]).toEqual([1, expect.stringContaining('What it made is left: the next drill')]);
    const left = await leftovers(aws);
    expect(left.length).toBe(LIVE.size);
    aws.isRestoring = false;
    const again = await drill(aws).end;
    expect(again.code).toBe(0);
    for (const name of left) expect(again.errors).toContain(`Removing ${name}, which an earlier drill has left.`);
    expect(await leftovers(aws)).toEqual([]);
  });
});
