import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENT_FILE } from '../../build/openapi.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { EMBEDDED } from '../support/stores.ts';
import type { paths } from './rollcall.d.ts';

const run = promisify(execFile);
const DOCUMENT = fileURLToPath(DOCUMENT_FILE);
const PYTHON = process.env.PYTHON ?? 'python3';
const JAR = process.env.OPENAPI_GENERATOR_JAR;

/** A generator of clients for Python, and what uses its client. */
interface Generator {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** What it says of itself is asked with these arguments. */
  readonly version: string;
  readonly into: (folder: string) => readonly string[];
  /** The modules that its clients need. */
  readonly modules: readonly string[];
  readonly script: string;
}

const GENERATORS: readonly Generator[] = [
  {
    name: 'openapi-generator',
    command: JAR === undefined ? ['openapi-generator-cli'] : ['java', '-jar', JAR],
    version: 'version',
    into: (folder) => ['generate', '-g', 'python', '-i', DOCUMENT, '-o', folder],
    modules: ['pydantic', 'urllib3', 'dateutil'],
    script: 'openapi_generator.py',
  },
  {
    name: 'openapi-python-client',
    command: ['openapi-python-client'],
    version: '--version',
    into: (folder) => ['generate', '--path', DOCUMENT, '--output-path', folder, '--overwrite'],
    modules: ['httpx', 'attrs', 'dateutil'],
    script: 'openapi_python_client.py',
  },
];

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Why a generator is left out: it comes from registries that the project does not need. Undefined if it is there. */
function missingOf({ command: [program, ...args], version, modules }: Generator): string | undefined {
  if (!works(program, ...args, version)) return [program, ...args].join(' ');
  return works(PYTHON, '-c', `import ${modules.join()}`) ? undefined : `${PYTHON} with ${modules.join(', ')}`;
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer(EMBEDDED);
});
afterAll(() => server.close());

describe('a client that is made of the contract', () => {
  it('by openapi-typescript and openapi-fetch records, lists, pages and reads', async () => {
    const client = createClient<paths, 'application/json'>({ baseUrl: server.origin });
    const body = { source: 'ts', note: 'ü' };
    const { data: first } = await client.POST('/app', { body });
    const { data: second } = await client.POST('/app', { body, headers: { 'idempotency-key': 'ts' } });
    // The type of the answer is the record, without a cast.
    expect([first?.note, second?.source]).toEqual(['ü', 'ts']);
    const list = { source: 'ts', limit: 1 };
    const { data: page } = await client.GET('/app', { params: { query: list } });
    expect(page?.items).toEqual([second]);
    const { data: rest } = await client.GET('/app', { params: { query: { ...list, before: page?.next ?? '' } } });
    expect(rest).toEqual({ items: [first], next: null });
    const { data: got } = await client.GET('/app/{id}', { params: { path: { id: first?.id ?? '' } } });
    expect(got).toEqual(first);
    const { error } = await client.POST('/app', { body: { note: '\x1b' } });
    expect(error).toMatchObject({ status: 400, instance: expect.stringMatching(/^urn:uuid:/) });
  });

  for (const generator of GENERATORS) {
    const missing = missingOf(generator);
    const { name, command, into, script } = generator;
    if (missing !== undefined) process.stdout.write(`The client of ${name} is left out: there is no ${missing}.\n`);
    it.skipIf(missing !== undefined)(
      `by ${name} for Python records, lists, pages and reads`,
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'rollcall-client-'));
        try {
          const [program, ...args] = command;
          await run(program, [...args, ...into(folder)], { maxBuffer: 1e7 });
          const using = fileURLToPath(new URL(script, import.meta.url));
          const { ids, page, rest, ...others } = JSON.parse(
            (await run(PYTHON, [using, folder, server.origin], { env: { ...process.env, PYTHONPATH: '' } })).stdout,
          );
          expect([page, rest]).toEqual([[ids[1]], [ids[0]]]);
          const { timestamp } = JSON.parse((await server.send('GET', `/app/${ids[0]}`)).text);
          expect(others).toEqual({
            note: 'ü',
            same: true,
            micros: Number(timestamp.slice(20, 26)),
            timestamp: expect.stringContaining(timestamp.slice(0, 19).replace('T', ' ')),
            status: 'ok',
            fault: expect.stringMatching(/^urn:uuid:/),
          });
        } finally {
          await rm(folder, { recursive: true });
        }
      },
      180_000,
    );
  }
});
