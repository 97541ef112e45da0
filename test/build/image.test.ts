import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImage, type Image } from '../../build/image/layout.ts';
import { sha256 } from '../../build/image/tar.ts';
import { canRunUnpacked, runUnpacked, unpackLayers } from '../../build/image/unpack.ts';
import { send } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const isRoot = process.getuid?.() === 0;
const canRun = canRunUnpacked();
if (!canRun) console.warn('The image is unpacked, but not run: this machine lets nobody have namespaces of their own.');

let folder: string;
let image: Image;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  image = await createImage({ root: ROOT, revision: 'abc' });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

function blob(digest: string): Buffer {
  const content = image.files.find(({ path }) => path === `blobs/${digest.replace(':', '/')}`)?.content;
  if (content === undefined) throw new Error(`there is no ${digest}`);
  expect(`sha256:${sha256(content)}`).toBe(digest);
  return content;
}

const manifest = () => JSON.parse(blob(image.digest).toString());
const config = () => JSON.parse(blob(manifest().config.digest).toString());

const unpack = (into: string) =>
  unpackLayers(
    manifest().layers.map(({ digest, size }: { digest: string; size: number }) => {
      const content = blob(digest);
      expect(content.length).toBe(size);
      return content;
    }),
    into,
  );

describe.skipIf(process.platform !== 'linux')('the image', () => {
  it('has one digest, however often it is made, and is under 60 MB', async () => {
    expect(image.bytes).toBeLessThan(60e6);
    expect((await createImage({ root: ROOT, revision: 'abc' })).digest).toBe(image.digest);
    expect((await createImage({ root: ROOT, revision: 'abd' })).digest).not.toBe(image.digest);
  }, 120_000);

  it('is a layout that names all it has, by its digests', () => {
    const content = (path: string) => image.files.find((file) => file.path === path)?.content?.toString() ?? '';
    expect(JSON.parse(content('oci-layout'))).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(JSON.parse(content('index.json')).manifests).toMatchObject([{ digest: image.digest }]);
    const { layers, annotations } = manifest();
    expect(annotations['org.opencontainers.image.revision']).toBe('abc');
    const diffIds = layers.map(({ digest }: { digest: string }) => `sha256:${sha256(gunzipSync(blob(digest)))}`);
    expect(config().rootfs.diff_ids).toEqual(diffIds);
    expect(image.files).toHaveLength(2 + 2 + layers.length);
  });

  it('runs as nobody, and says what it is stopped with', () => {
    expect(config().config).toMatchObject({ User: '65534:65534', StopSignal: 'SIGTERM', Volumes: { '/data': {} } });
  });

  it('has a bill of materials of each package and library in it', async () => {
    const { components, specVersion } = JSON.parse(image.sbom);
    expect(specVersion).toBe('1.6');
    const names: string[] = components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['node', 'classic-level', 'dynalite', 'hono', 'valibot', '@aws-sdk/client-dynamodb']),
    );
    expect(names.filter((name) => /\/libc\.so/.test(name))).toHaveLength(1);
    const into = join(folder, 'listed');
    const found = await unpack(into);
    const unbundled = found.flatMap(
      ({ name }) => /^app\/((?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+)package\.json$/.exec(name)?.[1]?.slice(0, -1) ?? [],
    );
    expect(unbundled.length).toBeGreaterThan(5);
    const refs = components.map((one: { 'bom-ref': string }) => one['bom-ref']);
    expect(unbundled.filter((path) => !refs.includes(path))).toEqual([]);
    // Nothing of when and by whom it was made; only the data belongs to who runs it.
    expect(found.filter(({ mtime }) => mtime?.getTime() !== 0)).toEqual([]);
    expect(found.filter(({ uid }) => uid !== 0).map(({ name }) => name)).toEqual(['data/']);
    expect(found.filter(({ name }) => /\.(ts|map)$/.test(name) && !/^app\/api\/[^/]+\.mjs\.map$/.test(name))).toEqual(
      [],
    );
  });
});

describe.skipIf(!canRun)('the image, run with a root that cannot be written', () => {
  let root: string;
  let child: ReturnType<typeof runUnpacked>;
  let said = '';
  beforeAll(async () => {
    root = join(folder, 'root');
    await unpack(root);
    child = runUnpacked(root, { HOST: '127.0.0.1', PORT: '0' });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  }, 60_000);
  afterAll(async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  });

  it('records and is ready, writes nothing but its data, and stops with 0', async () => {
    while (!said.includes('stop:')) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${said}`);
      await once(child.stdout, 'data');
    }
    // What it tells people with lies beside the data, too.
    expect(said).toContain('mails: /data/mail');
    const origin = /answers on (http:\S+)/.exec(said)?.[1] ?? '';
    expect((await send(origin, 'GET', '/ready')).status).toBe(200);
    expect((await send(origin, 'POST', '/app')).status).toBe(201);
    expect((await send(origin, 'GET', '/openapi.json')).status).toBe(200);
    expect((await send(origin, 'GET', '/')).status).toBe(200);
    expect(existsSync(join(`/proc/${child.pid}/root`, 'data', 'dynamodb', 'CURRENT'))).toBe(true);
    if (isRoot)
      expect(spawnSync('stat', ['-c', '%u', `/proc/${child.pid}`], { encoding: 'utf8' }).stdout.trim()).toBe('65534');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 60_000);
});
