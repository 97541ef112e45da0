import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import type { SourceState } from '../../../lambda/core/roll/state.ts';
import { createWatchTelling } from '../../../lambda/core/telling/for-watch.ts';
import { EMBEDDED } from '../../support/stores.ts';
import { channelFor, openTelling, type TellingStore } from '../../support/telling.ts';
import { DAILY, eventOf, NOW } from './events.ts';

describe('what a tick tells', () => {
  let store: TellingStore;
  beforeAll(async () => {
    store = await openTelling(EMBEDDED);
    await store.channels.put(channelFor('ops'));
    await store.channels.put(channelFor('others'));
  });
  afterAll(() => store.close());

  it('has what is known of each source, and goes through the channels that it names', async () => {
    const asked: (string | undefined)[] = [];
    const telling = createWatchTelling({
      client: createDynamoClient({ region: 'us-east-1', dynamodbEndpoint: store.endpoint }),
      tableName: store.tableName,
      stage: 'prod',
      zone: 'UTC',
      outagesSince: async () => [],
      onReportFailed: (error) => {
        throw error;
      },
      timestamps: {
        list: async ({ source }) => {
          asked.push(source);
          const record = {
            id: 'x',
            timestamp: '',
            note: 'disk is full',
            clientIp: '',
            protocol: 'https' as const,
            requestId: '',
          };
          return { records: [record], more: false };
        },
      },
    });
    const state: SourceState = {
      source: 'backup-db',
      version: 1,
      standing: 'down',
      since: 0,
      expectation: JSON.stringify({ ...DAILY, channels: ['ops'] }),
      lastContact: NOW - 3_600_000,
    };
    const event = eventOf();
    const done = await telling.tell([event], new Map([[state.source, state]]), NOW, 7_200_000);
    expect([...done]).toEqual([event.id]);
    expect(asked).toEqual(['backup-db']);
    const [notice] = await store.notices.pending('ops');
    expect(notice?.message.text).toMatch(
      /away for 2 h\.\n.*Europe\/Madrid.*Last heard: 2026-11-25 08:17.*disk is full/s,
    );
    expect(await store.notices.pending('others')).toEqual([]);
    await telling.goOn([state], NOW + 180_000);
  });
});
