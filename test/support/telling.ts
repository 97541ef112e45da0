import { randomUUID } from 'node:crypto';
import { createDynamoClient } from '../../lambda/core/dynamo/client.ts';
import type { Channel } from '../../lambda/core/telling/channel.ts';
import { type ChannelStore, createChannelStore } from '../../lambda/core/telling/channel-store.ts';
import { createNoticeStore, type NoticeStore } from '../../lambda/core/telling/notice-store.ts';
import { createSealingKeys, seal } from '../../lambda/core/telling/sealed.ts';
import { createTables } from '../../local/dynamo/create-tables.ts';
import type { Backend } from './stores.ts';

export const KEYS = createSealingKeys();

/** A table `Roll` of its own, with what telling needs of it. */
export interface TellingStore {
  readonly endpoint: string;
  readonly tableName: string;
  readonly channels: ChannelStore;
  readonly notices: NoticeStore;
  readonly close: () => Promise<void>;
}

export async function openTelling(backend: Backend): Promise<TellingStore> {
  const { endpoint, close } = await backend.start();
  const tableName = `Roll-${randomUUID()}`;
  const env = { region: 'us-east-1', dynamodbEndpoint: endpoint };
  await createTables({ ...env, tables: { roll: tableName } });
  const client = createDynamoClient(env);
  const options = { client, tableName };
  return { endpoint, tableName, channels: createChannelStore(options), notices: createNoticeStore(options), close };
}

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;

/** A channel, whose secrets are sealed for KEYS. */
export function channelFor(name: string, channel: Partial<Channel> & { readonly url?: string } = {}): Channel {
  const { url, kind = 'webhook', ...rest } = channel;
  const sealed = {
    ...(url && { url: seal(url, KEYS.publicKey, `channel/${name}/url`) }),
    ...(kind === 'webhook' && { secret: seal(WEBHOOK_SECRET, KEYS.publicKey, `channel/${name}/secret`) }),
  };
  return { name, kind, to: [], sealed, updatedAt: 1, ...rest };
}
