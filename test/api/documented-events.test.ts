import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../lambda/api/app.ts';
import { createDeps } from '../../lambda/api/deps.ts';
import { createInvoker } from '../../local/invoker.ts';
import { checked } from '../support/contract.ts';
import { EMBEDDED, openStore } from '../support/stores.ts';

/** The events that the user guides of Elastic Load Balancing and API Gateway give as examples. */
const folder = new URL('../fixtures/documented/', import.meta.url);
const events = Object.fromEntries(
  readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]),
);

let invoke: (payload: string) => Promise<string>;
let close: () => Promise<void>;

beforeAll(async () => {
  const store = await openStore(EMBEDDED);
  invoke = createInvoker({ handler: checked(createApp({ ...createDeps(store.env), log: () => {} })) });
  close = store.close;
});
afterAll(() => close());

const send = async (event: unknown) => JSON.parse(await invoke(JSON.stringify(event)));

describe('the events that AWS documents', () => {
  it.each([
    ['alb.json', 200, 'text/html; charset=utf-8'],
    ['alb-health-check.json', 200, 'application/json'],
    ['http-api-v1.json', 404, 'application/problem+json'],
    ['http-api-v2.json', 404, 'application/problem+json'],
    ['rest-api-v1.json', 404, 'application/problem+json'],
  ])('are answered: %s: %i', async (file, status, type) => {
    expect(await send(events[file])).toMatchObject({
      statusCode: status,
      isBase64Encoded: false,
      headers: { 'content-type': type },
    });
  });

  it.each([
    ['alb.json', { httpMethod: 'POST', path: '/app' }, '72.21.198.66'],
    ['http-api-v1.json', { httpMethod: 'POST', path: '/app' }, '192.0.2.1'],
    ['http-api-v2.json', { rawPath: '/app' }, '192.0.2.1'],
    ['rest-api-v1.json', { httpMethod: 'POST', path: '/app' }, 'unknown'],
  ])('record the address of their client: %s', async (file, changes, clientIp) => {
    const query = { rawQueryString: '', queryStringParameters: null, multiValueQueryStringParameters: null };
    const headers = { ...events[file].headers, accept: 'application/json' };
    const empty = { body: null, headers, multiValueHeaders: undefined };
    const answer = await send({ ...events[file], ...query, ...empty, ...changes });
    expect([answer.statusCode, JSON.parse(answer.body).clientIp]).toEqual([201, clientIp]);
  });

  it.each(['http-api-v1.json', 'http-api-v2.json', 'rest-api-v1.json'])(
    'have all of their query read: %s',
    async (file) => {
      const { http, ...context } = events[file].requestContext;
      const requestContext = { ...context, ...(http && { http: { ...http, method: 'GET' } }) };
      const answer = await send({ ...events[file], requestContext, path: '/app', rawPath: '/app' });
      expect(answer.statusCode).toBe(400);
      expect(JSON.parse(answer.body).detail).toContain('parameter1: got "value2"');
    },
  );
});
