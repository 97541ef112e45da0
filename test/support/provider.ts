/** A real OpenID provider, on this machine, and tokens that it, or somebody else, might have signed. */
import { createServer, type RequestListener } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import type { ProviderConfig } from '../../lambda/core/access/provider-config.ts';
import { listen } from '../../local/listen.ts';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** A pair of keys, of which the provider publishes one. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: Pair['privateKey'];
  readonly publicKey: Pair['publicKey'];
}

export async function createSigningKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

/** The audience of all that the tests are let in with. */
export const CLIENT = 'rollcall';

export interface TestProvider {
  readonly issuer: string;
  readonly config: ProviderConfig;
  /** What is asked of it: the paths. */
  readonly asked: string[];
  /** Its keys, of which the first signs. It publishes others from now on. */
  readonly useKeys: (...keys: readonly SigningKey[]) => Promise<void>;
  /** Has something else answer in its place. */
  readonly answerWith: (listener: RequestListener | undefined) => void;
  readonly close: () => void;
}

/** It warns that this is no provider for production, which it is not. */
function quietly<T>(make: () => T): T {
  const { warn, info } = console;
  Object.assign(console, { warn: () => {}, info: () => {} });
  try {
    return make();
  } finally {
    Object.assign(console, { warn, info });
  }
}

/** @param redirectUris where people come back to */
export async function startProvider(key: SigningKey, redirectUris: readonly string[] = []): Promise<TestProvider> {
  let answer: RequestListener | undefined;
  let other: RequestListener | undefined;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    (other ?? answer)?.(request, response);
  });
  const issuer = await listen(server);
  const useKeys = async (...keys: readonly SigningKey[]) => {
    const jwks = await Promise.all(
      keys.map(async ({ kid, alg, privateKey }) => ({ ...(await exportJWK(privateKey)), kid, alg, use: 'sig' })),
    );
    const provider = quietly(
      () =>
        new Provider(issuer, {
          clients: [
            {
              client_id: CLIENT,
              application_type: 'native',
              grant_types: ['implicit'],
              response_types: ['id_token'],
              redirect_uris: [...redirectUris, 'http://localhost/unused'],
              token_endpoint_auth_method: 'none',
            },
          ],
          responseTypes: ['id_token'],
          jwks: { keys: jwks },
          cookies: { keys: ['a test'] },
          claims: { openid: ['sub'], email: ['email'] },
          findAccount: (_: unknown, id: string) => ({
            accountId: id,
            claims: () => ({ sub: id, email: `${id}@example.com` }),
          }),
        }),
    );
    answer = provider.callback();
  };
  await useKeys(key);
  return {
    issuer,
    config: { issuer, clientId: CLIENT, allow: { email: '*@example.com' }, scopes: ['record', 'read'] },
    asked,
    useKeys,
    answerWith: (listener) => {
      other = listener;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A token, as the provider signs them, of which some claims or parts of the header are others. */
export function signToken(
  { kid, alg, privateKey }: SigningKey,
  issuer: string,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: issuer, aud: CLIENT, sub: 'alice', iat: now, exp: now + 600, email: 'alice@example.com' };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}
