import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send } from '../../support/server.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MOUNT = 'mount -t tmpfs -o size=24m none "$DISK"';

/** Whether a user may have a disk of their own here: a tmpfs in a user namespace. */
const canMount =
  spawnSync('unshare', ['-Urm', 'sh', '-c', MOUNT], { env: { ...process.env, DISK: tmpdir() } }).status === 0;
if (!canMount) console.warn('A full disk is not tried: this machine lets nobody mount a tmpfs in a user namespace.');

let folder: string;
let child: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
});
afterEach(async () => {
  if (child?.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  rmSync(folder, { recursive: true });
});

/** Starts the server with its data on a disk of 24 MB. */
async function startOnSmallDisk() {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const env = { ...process.env, DISK: disk, DATA_DIR: join(disk, 'data'), PORT: '0' };
  const command = `${MOUNT} && exec "$0" local/start.ts`;
  child = spawn('unshare', ['-Urm', 'sh', '-c', command, process.execPath], { cwd: ROOT, env });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const origin = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
      const address = /answers on (http:\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`the server ended: ${errors}`)));
  });
  return { origin, errors: () => errors, disk: `/proc/${child.pid}/root${disk}` };
}

/** Fills what is left of a disk. */
function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(4096), { flag: 'a' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

describe.skipIf(!canMount)('a full disk', () => {
  it('is a 503 and a line in the log until there is room, and nothing that was acknowledged is lost', async () => {
    const { origin, errors, disk } = await startOnSmallDisk();
    const acknowledged: string[] = [];
    const note = 'n'.repeat(1000);
    /** Records until an answer has another status than the one that is given; returns that. */
    const recordWhile = async (expected: number) => {
      for (let count = 0; count < 3000; count++) {
        const { status, text } = await send(origin, 'POST', '/app', {
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ source: 'backup', note }),
        });
        if (status === 201) acknowledged.push(JSON.parse(text).id);
        if (status !== expected) return status;
      }
      return expected;
    };
    const listed = async (at: string) => {
      const { status, text } = await send(at, 'GET', '/app?limit=1000', { headers: { accept: 'application/json' } });
      expect(status).toBe(200);
      return JSON.parse(text).items.map(({ id }: { id: string }) => id);
    };

    for (let round = 1; round <= 2; round++) {
      fill(join(disk, 'filler'));
      expect(await recordWhile(201)).toBe(503);
      expect(errors().match(/cannot write in \S+dynamodb: .*No space left on device/g)).toHaveLength(round);
      // Whoever reads is answered.
      expect(await listed(origin)).toEqual(expect.arrayContaining(acknowledged));
      rmSync(join(disk, 'filler'));
      expect(await recordWhile(503)).toBe(201);
      expect(errors().match(/can write in \S+dynamodb again/g)).toHaveLength(round);
      for (let count = 0; count < 50; count++) {
        const { status, text } = await send(origin, 'POST', '/app', { headers: { accept: 'application/json' } });
        expect(status).toBe(201);
        acknowledged.push(JSON.parse(text).id);
      }
    }

    // The files as they would be found if the server were killed now.
    const copy = join(folder, 'copy');
    cpSync(join(disk, 'data'), copy, { recursive: true });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    child = spawn(process.execPath, ['local/start.ts'], {
      cwd: ROOT,
      env: { ...process.env, DATA_DIR: copy, PORT: '0' },
    });
    const said = await new Promise<string>((resolve) => child.stdout?.setEncoding('utf8').once('data', resolve));
    expect(await listed(/answers on (http:\S+)/.exec(said)?.[1] ?? '')).toEqual(expect.arrayContaining(acknowledged));
  }, 60_000);
});
