import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ASSETS } from '../../lambda/api/site/read-asset.ts';
import { bundleHandler } from '../bundle.ts';
import { filesOf, type Package, readPackages } from './packages.ts';
import type { Entry } from './tar.ts';

/** The user `nobody`, as whom it runs. */
export const NOBODY = 65_534;

/** A library of the machine that builds the image. */
export interface Library {
  /** Where programs look for it. */
  readonly path: string;
  readonly content: Buffer;
}

/** What stands in an image. */
export interface Contents {
  /** What changes seldom: Node and the libraries of the system. */
  readonly base: readonly Entry[];
  readonly app: readonly Entry[];
  readonly libraries: readonly Library[];
  /** All of npm's packages in it, bundled or not, Node's among them. */
  readonly packages: readonly Package[];
}

/** What is not bundled: it has a program of the machine's own, or finds its parts by itself. */
const UNBUNDLED = ['dynalite', 'classic-level'];
/** The SDK's packages that are CommonJS ask for Node's modules as they run. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Collects what `npm start` needs, bundled: the local server, the function, the embedded store. */
export async function collect(root: string): Promise<Contents> {
  const lock = readPackages(root);
  const read = (path: string) => readFileSync(join(root, path));
  const { file, parts } = await bundleHandler();
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['local/start.ts'],
    outfile: 'start.mjs',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: BANNER },
    external: UNBUNDLED.flatMap((name) => [name, `${name}/*`]),
    plugins: [
      {
        name: 'prebuilt',
        setup({ onResolve }) {
          // Nothing is bundled where it runs.
          onResolve({ filter: /build\/bundle\.ts$/ }, () => ({ path: join(root, 'build/image/prebuilt.ts') }));
        },
      },
    ],
  });
  const unbundled = lock.closureOf(UNBUNDLED);
  const bundled = Object.keys(metafile.inputs).flatMap((input) => lock.ofFile(input) ?? []);
  // The function's own: what the lock file has for production.
  const production = lock.closureOf(Object.keys(JSON.parse(read('package.json').toString()).dependencies));
  const node = lock.at('node_modules/node');
  const all = [...unbundled, ...bundled, ...production, node];
  const program = read('node_modules/node/bin/node');
  const addon = filesOf(root, lock.at('node_modules/classic-level')).filter((name) => name.endsWith('.node'));
  const libraries = librariesOf([
    join(root, 'node_modules/node/bin/node'),
    ...addon.map((name) => join(root, 'node_modules/classic-level', name)),
  ]);
  const folder = dirname(file);
  return {
    base: [
      { path: 'usr/bin/node', content: program, mode: 0o755 },
      ...libraries.map(({ path, content }) => ({ path: path.slice(1), content, mode: 0o755 })),
      {
        path: 'etc/passwd',
        content: Buffer.from(`nobody:x:${NOBODY}:${NOBODY}:nobody:/nonexistent:/usr/sbin/nologin\n`),
      },
      { path: 'etc/group', content: Buffer.from(`nogroup:x:${NOBODY}:\n`) },
      { path: 'etc/nsswitch.conf', content: Buffer.from('hosts: files dns\n') },
      { path: 'tmp', content: undefined, mode: 0o1777 },
    ],
    app: [
      { path: 'app/package.json', content: Buffer.from('{"type":"module"}\n') },
      { path: 'app/LICENSE', content: read('LICENSE') },
      ...outputFiles.map(({ contents }) => ({ path: 'app/start.mjs', content: Buffer.from(contents) })),
      ...[file, ...parts]
        .flatMap((path) => [path, `${path}.map`])
        .concat(ASSETS.map((name) => join(folder, 'assets', name)))
        .map((path) => ({ path: `app/api/${path.slice(folder.length + 1)}`, content: readFileSync(path) })),
      ...unbundled.flatMap((one) =>
        filesOf(root, one).map((name) => ({ path: `app/${one.path}/${name}`, content: read(`${one.path}/${name}`) })),
      ),
      { path: 'data', content: undefined, mode: 0o700, user: NOBODY },
    ],
    libraries,
    packages: [...new Map(all.map((one) => [one.path, one])).values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** The libraries that programs load, by what the loader of the system says, and that loader. */
function librariesOf(programs: readonly string[]): Library[] {
  const said = programs.map((program) => execFileSync('ldd', [program], { encoding: 'utf8' })).join('');
  const paths = [...said.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  return [...new Set(paths)].toSorted().map((path) => ({ path, content: readFileSync(realpathSync(path)) }));
}
