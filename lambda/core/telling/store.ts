import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ChannelStore, createChannelStore } from './channel-store.ts';
import { createNoticeStore, type NoticeStore } from './notice-store.ts';

/** What is known of telling, for those who show and change it. */
export interface TellingStore {
  readonly channels: ChannelStore;
  readonly notices: NoticeStore;
}

export function createTellingStore(options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): TellingStore {
  return { channels: createChannelStore(options), notices: createNoticeStore(options) };
}
