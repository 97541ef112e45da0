import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../lambda/api/app.ts';
import { createDeps } from '../../lambda/api/deps.ts';
import type { LogLine } from '../../lambda/core/observe/log.ts';
import type { TimestampStore } from '../../lambda/core/timestamps/store.ts';
import { createInvoker } from '../../local/invoker.ts';
import { checked } from '../support/contract.ts';
import { unreachableEnv } from '../support/stores.ts';

let lines: LogLine[] = [];
afterEach(() => {
  lines = [];
});
const failures = () => lines.filter(({ level }) => level === 'ERROR');

/** Stores that no test here gets an answer from. */
const deps = createDeps(unreachableEnv());
const unreachable = deps.timestamps;

function invokerOf(timestamps: TimestampStore) {
  return createInvoker({ handler: checked(createApp({ ...deps, timestamps, log: (line) => lines.push(line) })) });
}

async function post(timestamps: TimestampStore, event: object = {}) {
  const invoke = invokerOf(timestamps);
  return JSON.parse(await invoke(JSON.stringify({ httpMethod: 'POST', path: '/app', headers: {}, ...event })));
}

describe('the error boundary', () => {
  it('tells a client nothing of an unexpected error but the id that the log has, too', async () => {
    const cause = new TypeError('a secret detail');
    const failing = { ...unreachable, put: () => Promise.reject(new Error('inner secret', { cause })) };
    const result = await post(failing);
    expect(result).toMatchObject({ statusCode: 500, statusDescription: '500 Internal Server Error' });
    expect(result.body).not.toMatch(/secret|\.ts|node_modules/);
    expect(failures()[0]).toMatchObject({
      message: 'request failed',
      requestId: JSON.parse(result.body).instance.replace('urn:uuid:', ''),
      error: { message: 'inner secret', stack: expect.stringContaining('.ts'), cause: { message: 'a secret detail' } },
    });
  });

  it('answers 503 with Retry-After while the store is out of reach', async () => {
    const result = await post(unreachable);
    expect(result).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(JSON.parse(result.body).detail).toBe('The store does not answer at the moment; try again.');
    expect(failures()).toHaveLength(1);
  });

  it('answers 503 to GET /ready and 200 to GET /health while the store is out of reach', async () => {
    expect(await post(unreachable, { httpMethod: 'GET', path: '/ready' })).toMatchObject({ statusCode: 503 });
    expect(await post(unreachable, { httpMethod: 'GET', path: '/health' })).toMatchObject({ statusCode: 200 });
  });

  it.each([null, 5, [], {}, { httpMethod: 7, path: null }])(
    'answers 404 to the event %j, which is no request',
    async (event) => {
      const result = JSON.parse(await invokerOf(unreachable)(JSON.stringify(event)));
      expect(result.statusCode).toBe(404);
    },
  );
});

describe('the log', () => {
  it('has one line a request, with its route and nothing that a client typed', async () => {
    const typed = { path: '/app', queryStringParameters: { source: 'jane', note: 'secret', limit: 'x' } };
    const headers = { 'x-forwarded-for': '203.0.113.9', 'user-agent': 'jane' };
    await post(unreachable, { httpMethod: 'GET', ...typed, headers });
    await post(unreachable, { httpMethod: 'GET', path: '/jane/secret', headers });
    expect(lines).toMatchObject([
      { message: 'request', method: 'GET', route: '/app', status: 400, client: '203.0.113.0', coldStart: true },
      { message: 'request', method: 'GET', route: 'none', status: 404 },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/jane|secret|203\.0\.113\.9/);
  });

  it('says of the first request of a process that it was a cold start, and of no other', async () => {
    const invoke = invokerOf(unreachable);
    for (let i = 0; i < 3; i++) await invoke('{"httpMethod":"GET","path":"/health"}');
    expect(lines.map(({ coldStart }) => coldStart)).toEqual([true, undefined, undefined]);
  });
});
