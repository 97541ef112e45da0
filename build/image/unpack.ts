import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { extract, type Header } from 'tar-stream';

const isRoot = process.getuid?.() === 0;

/**
 * Unpacks layers into a folder, one over the other, as a runtime does.
 *
 * @returns what stands in them
 */
export async function unpackLayers(layers: readonly Buffer[], into: string): Promise<Header[]> {
  const found: Header[] = [];
  for (const layer of layers) {
    const entries = extract();
    entries.end(gunzipSync(layer));
    for await (const entry of entries) {
      const { name, type, mode, uid } = entry.header;
      const path = join(into, name);
      found.push(entry.header);
      const content = await buffer(entry);
      if (type === 'directory') mkdirSync(path, { recursive: true });
      else writeFileSync(path, content);
      chmodSync(path, mode ?? 0o644);
      if (isRoot) chownSync(path, uid ?? 0, uid ?? 0);
    }
  }
  return found;
}

/** Whether a folder may be the root of a process here, with mounts of its own. */
export function canRunUnpacked(): boolean {
  const script = 'mount -t tmpfs none /mnt && chroot / true';
  return process.platform === 'linux' && spawnSync('unshare', ['-Urm', 'sh', '-c', script]).status === 0;
}

/**
 * Runs an unpacked image as a runtime does: its root cannot be written, and its data is on a disk of its own, in memory. It
 * runs as nobody if this is root, and elsewhere as the one user that its namespace knows.
 */
export function runUnpacked(
  root: string,
  environment: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  const script = [
    'mount --bind "$IMAGE" "$IMAGE"',
    'mount -o remount,ro,bind "$IMAGE"',
    'mount -t tmpfs none "$IMAGE/data"',
    ...(isRoot ? ['chown 65534:65534 "$IMAGE/data"'] : []),
    `exec chroot ${isRoot ? '--userspec=65534:65534' : ''} "$IMAGE" /usr/bin/node /app/start.mjs`,
  ].join(' && ');
  const env = { PATH: process.env.PATH ?? '', IMAGE: root, DATA_DIR: '/data', ...environment };
  return spawn('unshare', [isRoot ? '-m' : '-Urm', 'sh', '-c', script], { env });
}
