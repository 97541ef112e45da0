import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** A file, or a folder, of an image or of an archive. */
export interface Entry {
  /** Without a slash before it. */
  readonly path: string;
  /** undefined for a folder. */
  readonly content: Buffer | undefined;
  /** @default 0o644, and 0o755 for a folder */
  readonly mode?: number;
  /** Whose it is. @default 0 */
  readonly user?: number;
}

/** The same bytes for the same entries, whatever their order, the machine and the time. */
export function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const folders = new Set(entries.flatMap(({ path }) => parentsOf(path)));
  const given = new Set(entries.map(({ path }) => path));
  const all: Entry[] = [
    ...entries,
    ...[...folders].filter((path) => !given.has(path)).map((path) => ({ path, content: undefined })),
  ];
  const archive = pack();
  for (const { path, content, mode, user = 0 } of all.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const header = { mtime: new Date(0), uid: user, gid: user };
    if (content === undefined) archive.entry({ ...header, name: `${path}/`, type: 'directory', mode: mode ?? 0o755 });
    else archive.entry({ ...header, name: path, size: content.length, mode: mode ?? 0o644 }, content);
  }
  archive.finalize();
  return buffer(archive);
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

export const compress = promisify(gzip);

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
