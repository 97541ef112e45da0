import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { KEY_PARTITION } from '../../core/access/key-store.ts';
import type { ProviderConfig } from '../../core/access/provider-config.ts';
import { PROVIDER_KEY } from '../../core/access/provider-item.ts';
import { createDynamoClient } from '../../core/dynamo/client.ts';
import { untilDeadline } from '../../core/dynamo/deadline.ts';
import { toItem } from '../../core/dynamo/items.ts';
import { TABLES } from '../../core/dynamo/tables.ts';
import type { Env } from '../env.ts';
import { type FetchedProvider, fetchProvider } from './fetch-provider.ts';

/**
 * Makes what fetches the keys of the identity provider and keeps them. What fails on the way leaves those that are kept as
 * they are.
 */
export function createRefresh(env: Env) {
  const client = createDynamoClient(env);
  return async () => {
    const provider = await fetchProvider(env.oidc);
    await saveProvider(client, env.tables.keys, env.oidc, provider);
    return { issuer: env.oidc.issuer, keys: provider.keyCount };
  };
}

/** In one write, without a read: the secret of sessions is made once, and stays. */
async function saveProvider(
  client: DynamoDBClient,
  TableName: string,
  { issuer }: ProviderConfig,
  { jwks, authorizationEndpoint }: FetchedProvider,
): Promise<void> {
  const { partitionKey, sortKey } = TABLES.keys;
  const set = ['issuer = :issuer', 'jwks = :jwks', 'fetchedAt = :fetchedAt'];
  set.push('sessionSecret = if_not_exists(sessionSecret, :sessionSecret)');
  if (authorizationEndpoint !== undefined) set.push('authorizationEndpoint = :authorizationEndpoint');
  const remove = authorizationEndpoint === undefined ? ' REMOVE authorizationEndpoint' : '';
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key: toItem({ [partitionKey]: KEY_PARTITION, [sortKey]: PROVIDER_KEY }),
      UpdateExpression: `SET ${set.join(', ')}${remove}`,
      ExpressionAttributeValues: toItem({
        ':issuer': issuer,
        ':jwks': jwks,
        ':fetchedAt': Math.floor(Date.now() / 1000),
        ':sessionSecret': randomBytes(32).toString('base64url'),
        ':authorizationEndpoint': authorizationEndpoint,
      }),
    }),
    untilDeadline(),
  );
}
