import { describe, expect, it } from 'vitest';
import { ENV, parseEnv } from '../../lambda/api/env.ts';
import { EnvError } from '../../lambda/core/env.ts';

const GOOD = { AWS_REGION: 'eu-west-1', TIMESTAMPS_TABLE: 'Timestamps', PEOPLE_TABLE: 'People' };

describe('the environment', () => {
  it('needs a region and a table, and has 4 shards unless it says otherwise', () => {
    expect(parseEnv(GOOD)).toEqual({
      region: 'eu-west-1',
      access: 'open',
      tables: { timestamps: 'Timestamps', people: 'People' },
      shards: 4,
      corsOrigins: [],
      allowedHosts: [],
      originSecrets: [],
      clientIp: 'full',
      stage: 'local',
    });
    expect(
      parseEnv({ ...GOOD, SHARDS: '128', READ_SHARDS: '256', DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' }),
    ).toMatchObject({
      shards: 128,
      readShards: 256,
      dynamodbEndpoint: 'http://127.0.0.1:8000',
    });
  });

  it.each([...Object.values(ENV), 'TIMESTAMPS_TABLE', 'PEOPLE_TABLE'])(
    'takes a blank %s for one that is not set',
    (name) => {
      const { [name]: _, ...rest }: Readonly<Record<string, string>> = GOOD;
      const outcomeOf = (variables: Readonly<Record<string, string>>) => {
        try {
          return parseEnv(variables);
        } catch (error) {
          return String(error);
        }
      };
      for (const blank of ['', ' ']) expect(outcomeOf({ ...rest, [name]: blank })).toEqual(outcomeOf(rest));
    },
  );
  it('needs a table of keys only where callers need one', () => {
    const closed = { ...GOOD, ACCESS: 'keys', KEYS_TABLE: 'Keys' };
    expect(parseEnv(closed)).toMatchObject({ access: 'keys', tables: { timestamps: 'Timestamps', keys: 'Keys' } });
    expect(parseEnv({ ...GOOD, KEYS_TABLE: 'Keys' }).tables).toEqual({ timestamps: 'Timestamps', people: 'People' });
    expect(() => parseEnv({ ...GOOD, ACCESS: 'keys' })).toThrow('KEYS_TABLE is not set; it must be the name');
  });

  it('says which variable is missing', () => {
    expect(() => parseEnv({})).toThrow('AWS_REGION is not set; it must be the name of an AWS region');
  });

  it.each([
    [{ AWS_REGION: undefined }, 'AWS_REGION is not set; it must be the name of an AWS region, such as eu-west-1'],
    [{ TIMESTAMPS_TABLE: 'a b' }, 'TIMESTAMPS_TABLE is "a b"; it must be the name of a DynamoDB table'],
    [{ ACCESS: 'closed' }, 'ACCESS is "closed"; it must be one of open, keys'],
    [{ CORS_ORIGINS: '*' }, 'it must be origins such as https://app.example.com'],
    [{ CORS_ORIGINS: 'https://a.example,' }, 'CORS_ORIGINS is ""; it must be origins'],
    [{ METRICS_STAGE: 'Prod' }, 'METRICS_STAGE is "Prod"; it must be at most 64 of a-z 0-9 -, a letter first'],
    [{ SHARDS: '0' }, 'SHARDS is "0"; it must be a whole number from 1 to 256'],
    [{ SHARDS: '257' }, 'SHARDS is "257"; it must be a whole number from 1 to 256'],
    [{ READ_SHARDS: '257' }, 'READ_SHARDS is "257"; it must be a whole number from 1 to 256'],
    [{ SHARDS: '8.5' }, 'SHARDS is "8.5"; it must be a whole number from 1 to 256'],
    [
      { DYNAMODB_ENDPOINT: 'localhost:8000' },
      'DYNAMODB_ENDPOINT is "localhost:8000"; it must be an http or https address',
    ],
  ])('is refused with one clear line for %j', (change, message) => {
    const parse = () => parseEnv({ ...GOOD, ...change });
    expect(parse).toThrow(EnvError);
    expect(parse).toThrow(message);
  });

  it.each([
    'https://app.example.com',
    'http://localhost:5173',
    'http://[::1]:8080',
    'https://[2001:db8::1]',
    'https://xn--bcher-kva.example',
    'tauri://localhost',
    'capacitor://localhost',
    'ionic://localhost',
    'app://obsidian.md',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0f3e1c9e-6a51-4c2e-9d0a-3f1f6a7f6f11',
    'vscode-webview://0abc',
    'custom+scheme.v2://[::1]:80',
  ])('takes the origin %s', (origin) => {
    expect(parseEnv({ ...GOOD, CORS_ORIGINS: origin }).corsOrigins).toEqual([origin]);
    expect(parseEnv({ ...GOOD, CORS_ORIGINS: `https://a.example,${origin}` }).corsOrigins[1]).toBe(origin);
  });

  it.each([
    'null',
    'https://app.example.com/',
    'https://APP.example.com',
    'https://app.example.com:443',
    'http://[0:0:0:0:0:0:0:1]',
    'http://[::1',
    'http://::1',
    'http://a b',
    'https://user@app.example.com',
    'https://a.example:99999',
    'https://*.example.com',
    'file://',
    'file:///x',
    'wss://a.example',
    'data:text/html',
    'javascript://x',
    'tauri://',
    'tauri://localhost/',
    'tauri:localhost',
    '://x',
  ])('refuses %s, which no browser sends, or anybody could', (origin) => {
    expect(() => parseEnv({ ...GOOD, CORS_ORIGINS: origin })).toThrow('it must be origins such as');
  });

  it('takes one secret, or two while they are exchanged', () => {
    const [old, fresh] = ['old-secret-of-the-cdn', 'new_secret_of_the_cdn'];
    expect(parseEnv({ ...GOOD, ORIGIN_SECRETS: old }).originSecrets).toEqual([old]);
    expect(parseEnv({ ...GOOD, ORIGIN_SECRETS: `${old},${fresh}` }).originSecrets).toEqual([old, fresh]);
    expect(parseEnv({ ...GOOD, ORIGIN_SECRETS: '' }).originSecrets).toEqual([]);
  });

  it.each([
    'too-short',
    ',',
    'good-enough-secret-1,',
    'good-enough-secret-1, good-enough-secret-2',
    'good-enough-secret-1,good-enough-secret-2,good-enough-secret-3',
    `secret-${'x'.repeat(250)}`,
    'secret-with-ümlauts-and-more',
    'secret-with\na-line-break',
  ])('refuses the secrets %j without a word of them', (secrets) => {
    const parse = () => parseEnv({ ...GOOD, ORIGIN_SECRETS: secrets });
    const message = 'ORIGIN_SECRETS is not what it should be; it must be one or two secrets of 16 to 256 characters';
    expect(parse).toThrow(EnvError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/good-enough|too-short|xxx|ümlauts|line-break/);
  });
});
