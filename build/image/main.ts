/** `npm run image`: an OCI image of what `npm start` runs, made without Docker. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../local/error-message.ts';
import { readArguments } from '../../local/usage.ts';
import { createImage } from './layout.ts';
import { tarOf } from './tar.ts';
import { canRunUnpacked, runUnpacked, unpackLayers } from './unpack.ts';

const USAGE = `Usage: npm run image [-- --time]
Makes dist/image, an OCI image layout, dist/image.tar, which docker load and podman load take, and dist/image.cdx.json,
which says what is in it.
  --time  runs it, too, and says how long it takes to its first answer`;

const { values } = readArguments(USAGE, { options: { time: { type: 'boolean', default: false } } });
/** The milliseconds from its start to its answer of `/health`. */
async function timeStart(files: Awaited<ReturnType<typeof createImage>>['files']): Promise<number> {
  if (!canRunUnpacked()) throw new Error('The image cannot be run here: nobody may have namespaces of their own.');
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  const layers = files.flatMap(({ content }) => (content?.subarray(0, 2).equals(GZIP) ? [content] : []));
  const unpacked = join(folder, 'root');
  await unpackLayers(layers, unpacked);
  const started = performance.now();
  const child = runUnpacked(unpacked, { HOST: '127.0.0.1', PORT: '0' });
  try {
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The image ended with ${code}.`);
    });
    const [said] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
    const { status } = await fetch(`${/answers on (http:\S+)/.exec(said)?.[1]}/health`);
    if (status !== 200) throw new Error(`/health answers ${status}.`);
    return Math.round(performance.now() - started);
  } finally {
    child.removeAllListeners('exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const root = fileURLToPath(new URL('../../', import.meta.url));
/** The commit, if that is all there is. */
const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() || undefined;
const revision = git('status', '--porcelain') === undefined ? git('rev-parse', 'HEAD') : undefined;
try {
  const { files, digest, bytes, sbom } = await createImage({ root, revision });
  const folder = `${root}dist/image`;
  rmSync(folder, { recursive: true, force: true });
  for (const { path, content = '' } of files) {
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    writeFileSync(`${folder}/${path}`, content);
  }
  writeFileSync(`${folder}.tar`, await tarOf(files));
  writeFileSync(`${folder}.cdx.json`, sbom);
  if (values.time) console.log(`first answer after ${await timeStart(files)} ms`);
  console.log(`dist/image: ${(bytes / 1e6).toFixed(1)} MB compressed\n${digest}`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
