import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createKeyTable } from '../bin/keys/key-table.ts';
import { ENV, parseEnv } from '../lambda/api/env.ts';
import { KEY_PARTITION } from '../lambda/core/access/key-store.ts';
import type { ProviderConfig } from '../lambda/core/access/provider-config.ts';
import { PROVIDER_KEY } from '../lambda/core/access/provider-item.ts';
import { createDynamoClient } from '../lambda/core/dynamo/client.ts';
import { toItem } from '../lambda/core/dynamo/items.ts';
import { createTables } from '../local/dynamo/create-tables.ts';
import type { Variables } from './children.ts';
import { measureFirstRequests } from './cold.ts';
import { postEvent } from './events.ts';
import { measureEach, POST, type WarmResult } from './warm.ts';
import { startWorker } from './workers.ts';

/** What it costs to ask who somebody is. */
export interface AccessResults {
  /** `POST /app`, warm: where nobody is asked, with a key, and with a token of an identity provider. */
  readonly post: { readonly open: WarmResult; readonly key: WarmResult; readonly token: WarmResult };
  /** The first request of a fresh process, with a key, and that of (a), which asks nobody; in milliseconds. */
  readonly first: { readonly key: number; readonly bare: number };
}

const OIDC: ProviderConfig = {
  issuer: 'https://login.example.com',
  clientId: 'rollcall',
  allow: { sub: '*' },
  scopes: ['record'],
};

/** Rollcall with a table of keys in which there are fifty, and a provider whose keys were fetched. */
export async function measureAccess(rollcall: string, bare: string, open: Variables): Promise<AccessResults> {
  const closed = { ...open, [ENV.access]: 'keys', [ENV.oidc]: JSON.stringify(OIDC) };
  const { key, token } = await letIn(closed);
  const withKey = postEvent([['Authorization', `Bearer ${key}`]]);
  const requests = [
    POST,
    { ...POST, payload: withKey },
    { ...POST, payload: postEvent([['Authorization', `Bearer ${token}`]]) },
  ];
  const workers = await Promise.all([open, closed, closed].map((variables) => startWorker(rollcall, variables)));
  const [first, second, third] = await measureEach(workers, requests, { warmUp: 600, together: 1000, alone: 400 });
  for (const worker of workers) worker.stop();
  const [keyMs = Number.NaN, bareMs = Number.NaN] = await measureFirstRequests([rollcall, bare], closed, withKey);
  if (first === undefined || second === undefined || third === undefined) throw new Error('a worker has no result');
  return { post: { open: first, key: second, token: third }, first: { key: keyMs, bare: bareMs } };
}

/** Makes the keys, and what the provider would have published. @returns what lets somebody in */
async function letIn(variables: Variables): Promise<{ key: string; token: string }> {
  const env = parseEnv(variables);
  await createTables(env);
  const client = createDynamoClient(env);
  const tableName = env.tables.keys ?? '';
  const now = Math.floor(Date.now() / 1000);
  const keys = createKeyTable({ client, tableName, now: () => now });
  for (let count = 1; count < 50; count += 1) await keys.create({ name: `other${count}`, scopes: ['record', 'read'] });
  const { text: key } = await keys.create({ name: 'bench', scopes: ['record'] });
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = JSON.stringify({ keys: [{ kid: 'one', ...(await exportJWK(publicKey)) }] });
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: toItem({ pk: KEY_PARTITION, sk: PROVIDER_KEY }),
      UpdateExpression: 'SET issuer = :issuer, jwks = :jwks, fetchedAt = :now, sessionSecret = :secret',
      ExpressionAttributeValues: toItem({ ':issuer': OIDC.issuer, ':jwks': jwks, ':now': now, ':secret': 'x' }),
    }),
  );
  client.destroy();
  const token = await new SignJWT({ iss: OIDC.issuer, aud: OIDC.clientId, sub: 'bench', iat: now, exp: now + 3600 })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .sign(privateKey);
  return { key, token };
}
