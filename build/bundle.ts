/**
 * The bundles: a file for each function that Lambda runs. `npm run build` makes that of the function that answers HTTP,
 * which `npm start` runs, too.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, dirname, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin, transform } from 'esbuild';
import { ASSETS } from '../lambda/api/site/read-asset.ts';
import { readArguments } from '../local/usage.ts';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Gives the bundle Node's own modules without ES module imports. An import of `node:http` reads each of its exports,
 * one of which loads a WebSocket client: some 20 ms of every cold start that nothing here uses.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    onResolve({ filter: /.*/ }, ({ path }) =>
      names.has(path) ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** Leaves out what never runs. */
const leftOut: Plugin = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    const leaveOut = ({ path }: { path: string }) => ({ path, namespace: 'left-out' });
    // The SDK's cache of endpoints that it has looked up: it makes one, and looks none up unless it is told to.
    const cache = '@aws-sdk/endpoint-cache';
    onResolve({ filter: new RegExp(`^${cache}$`) }, leaveOut);
    // What goes through all pages of an answer: the stores ask for one page, by themselves.
    onResolve({ filter: /^\.\/pagination$/ }, (args) =>
      /node_modules.@aws-sdk.lib-dynamodb.dist-es.index\.js$/.test(args.importer) ? leaveOut(args) : undefined,
    );
    // Of negotiator only media types are used.
    onResolve({ filter: /^\.\/lib\/(charset|encoding|language)$/ }, (args) =>
      /node_modules.negotiator.index\.js$/.test(args.importer) ? leaveOut(args) : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: path === cache ? 'export class EndpointCache {}' : 'export {};',
    }));
    // The SDK names its version to DynamoDB; the rest of its description is for those who install it.
    onLoad({ filter: /node_modules.@aws-sdk.client-dynamodb.package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** A source map that maps a whole file to its first line. */
const NO_MAP = `\n//# sourceMappingURL=data:application/json;base64,${btoa('{"version":3,"sources":[""],"mappings":"AAAA"}')}`;

/**
 * Maps our own code only: Node reads the map at each cold start, and that of the SDK would take it 10 ms. A module of Node's
 * that the SDK loads on demand is no file of the bundle.
 */
const librariesAsTheyAre: Plugin = {
  name: 'libraries-as-they-are',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules.*\.m?js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replace(/\bimport\((["']node:[\w/]+["'])\)/g, 'process.getBuiltinModule($1)')
        // Event streams, which DynamoDB has none of, and what tells browsers from each other: neither is ever loaded.
        .replace(/\bimport\(["'](?:@smithy\/core\/event-streams|bowser)["']\)/g, '{}');
      return { contents: contents + NO_MAP, loader: 'js' };
    });
  },
};

/**
 * Leaves out what the contract says of endpoints, of which `openapi.json` is made before, and what alarms say of tables. It
 * stands in lines of its own, as the formatter has it; a test looks for it in the bundle.
 */
const undocumented: Plugin = {
  name: 'undocumented',
  setup({ onLoad }) {
    onLoad({ filter: /lambda.api.\w+.[\w-]+\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replace(/^ {2}(?:operation,|operationId: '\w+',)$/gm, '')
        // The lines stay, for the source map.
        .replace(/^const operation: Operation = \{$.*?^\};$/ms, (lines) => lines.replaceAll(/./g, ''));
      return { contents, loader: 'ts' };
    });
    onLoad({ filter: /lambda.core.dynamo.tables\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace(/^ {4}(?:impact|watchedBy): '.*',$/gm, ''), loader: 'ts' };
    });
  },
};

/** What is loaded when a request needs it: these rooms, and what pages are made of. */
const ON_DEMAND =
  /lambda.(?:core.roll|api.(?:sources|outages|series|monitoring|ping|people|lists|channels|reports)).[\w.-]+\.ts$/;

/**
 * Gives what is loaded on demand a copy of the library of schemas. The parts of a bundle are made of whole files, of which
 * that library is one: whatever somebody uses of it, each cold start would read.
 */
const schemasOnDemand: Plugin = {
  name: 'schemas-on-demand',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^valibot$/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === 'found' || !ON_DEMAND.test(importer)) return undefined;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: 'found' });
      return { ...found, suffix: '?on-demand' };
    });
  },
};

/**
 * Makes one file of all that a cold start loads. A bundler puts together what the same parts need, so what only some of them
 * need would be a file each, some twenty of them. Here each part that is loaded on demand needs all that is loaded before it.
 */
function oneFileAtOnce(entry: string): Plugin {
  const namespace = 'on-demand';
  return {
    name: 'one-file-at-once',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind }) => {
        if (kind !== 'dynamic-import' || !importer.startsWith(`${root}lambda`)) return undefined;
        const { path: file } = await resolve(path, { importer, resolveDir, kind: 'import-statement' });
        return { path: file, namespace };
      });
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `import ${JSON.stringify(`${root}${entry}`)};\nexport * from ${JSON.stringify(path)};`,
        resolveDir: root,
      }));
    },
  };
}

/** Where the source code is, for the link on the pages. */
const { repository }: { readonly name: string; readonly repository?: string } = packageJson;

export interface Bundle {
  /** The entry, absolute. */
  readonly file: string;
  /** What every cold start loads: the entry and what it imports at once. */
  readonly bytes: number;
  /** The files beside the entry that it imports, absolute: most of them when a request needs them. */
  readonly parts: readonly string[];
}

/** The beginning of the names of the files that are loaded beside an entry. */
const PART_PREFIX = 'part-';

/** How every bundle is made. */
const COMMON: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Imports that are left without a use go: those of what the contract says.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
  mainFields: ['module', 'main'],
  legalComments: 'none',
};

/**
 * Bundles a file for Lambda.
 *
 * @param entry the file, and `outfile` where the bundle is written: both below the root of the project
 */
export async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<Bundle> {
  const { dir, name, ext } = parse(outfile);
  const { outputFiles, metafile } = await build({
    ...COMMON,
    ...options,
    plugins: [oneFileAtOnce(entry), ...(options.plugins ?? [])],
    write: false,
    metafile: true,
    // What is imported on demand becomes a file of its own, beside the entry, as do parts that both need.
    splitting: true,
    entryPoints: { [name]: entry },
    outdir: dir,
    outExtension: { '.js': ext },
    chunkNames: `${PART_PREFIX}[hash]`,
  });
  await writeAll(outputFiles);
  const atOnce = loadedAtOnce(metafile, outfile);
  const parts = Object.keys(metafile.outputs).filter((path) => path.endsWith(ext) && path !== outfile);
  const bytes = [...atOnce].reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), 0);
  return { file: `${root}${outfile}`, bytes, parts: parts.map((path) => `${root}${path}`) };
}

/** A file of a bundle, and all that it imports at once, by their paths below the root. */
function loadedAtOnce({ outputs }: Metafile, entry: string): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') reached.add(imported);
    }
  }
  return reached;
}

interface File {
  /** Absolute. */
  readonly path: string;
  readonly contents: Uint8Array | string;
}

/** The way in which a function is bundled. */
interface Recipe {
  readonly options: BuildOptions;
  /** The files that lie beside its bundle. @default - none */
  readonly files?: () => Promise<readonly File[]>;
}

/** The options of a function that calls DynamoDB: the SDK without what nothing uses, and a source map of our own code. */
const LEAN: BuildOptions = {
  sourcemap: 'linked',
  sourcesContent: false,
  plugins: [builtins, leftOut, undocumented, schemasOnDemand, librariesAsTheyAre],
  alias: { '@aws-sdk/credential-provider-node': './lambda/core/dynamo/credentials.ts' },
};

/**
 * Every function, by its folder in `lambda/`: the `handler.ts` there becomes `dist/NAME/handler.mjs`. Deployments get all
 * of them; the constructs in `lib/` take theirs by the same name.
 */
const FUNCTIONS = {
  api: {
    options: { ...LEAN, define: { SOURCE_CODE: JSON.stringify(repository) ?? 'undefined' } },
    files: readAssets,
  },
  watch: { options: LEAN },
  notify: { options: LEAN },
  'deployment-check': {
    options: {
      // The SDK's packages that are CommonJS ask for Node's modules as they run.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    },
  },
} as const satisfies Readonly<Record<string, Recipe>>;

type FunctionName = keyof typeof FUNCTIONS;

/** Bundles a function and removes what an earlier build left beside it: a deployment takes the folder as it is. */
async function bundleAlone(name: FunctionName): Promise<string> {
  const { file, parts } = await bundleFunction(name);
  const kept = new Set(parts.flatMap((part) => [basename(part), `${basename(part)}.map`]));
  const folder = dirname(file);
  const left = (await readdir(folder)).filter((entry) => entry.startsWith(PART_PREFIX) && !kept.has(entry));
  await Promise.all(left.map((entry) => rm(`${folder}/${entry}`, { force: true })));
  return file;
}

async function bundleFunction(name: FunctionName): Promise<Bundle> {
  const { options, files }: Recipe = FUNCTIONS[name];
  if (files) await writeAll(await files());
  return bundle(`lambda/${name}/handler.ts`, `dist/${name}/handler.mjs`, options);
}

/** Bundles the function that answers HTTP into `dist/api/handler.mjs`, with a source map and the assets beside it. */
export function bundleHandler(): Promise<Bundle> {
  return bundleFunction('api');
}

async function writeAll(files: readonly File[]) {
  for (const { path, contents } of files) {
    await mkdir(dirname(path), { recursive: true });
    // Another process may be reading the file, or making it, too.
    const unfinished = `${root}dist/${randomUUID()}`;
    await writeFile(unfinished, contents);
    await rename(unfinished, path);
  }
}

/** The files that `lambda/api/site/read-asset.ts` reads when it is asked for; style sheets and scripts are minified. */
function readAssets(): Promise<readonly File[]> {
  return Promise.all(
    ASSETS.map(async (name) => {
      const contents = await readFile(`${root}lambda/api/site/assets/${name}`, 'utf8');
      const loader = name.endsWith('.css') ? 'css' : name.endsWith('.js') ? 'js' : undefined;
      return {
        path: `${root}dist/api/assets/${name}`,
        contents: loader ? (await transform(contents, { loader, minify: true, target: 'es2023' })).code : contents,
      };
    }),
  );
}

/** Bundles every function, without parts of an earlier build beside it. @returns their files, by their names */
export async function bundleAll(): Promise<Readonly<Record<FunctionName, string>>> {
  const isName = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name);
  const isComplete = (some: object): some is Record<FunctionName, string> =>
    Object.keys(FUNCTIONS).every((name) => Object.hasOwn(some, name));
  const names = Object.keys(FUNCTIONS).filter(isName);
  const all = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await bundleAlone(name)] as const)),
  );
  if (!isComplete(all)) throw new TypeError('A function has no bundle.');
  return all;
}

if (import.meta.main) {
  readArguments(
    'Usage: npm run build\nMakes dist/api/handler.mjs, the bundle that Lambda runs, and says its size.',
    {},
  );
  const { bytes } = await bundleHandler();
  console.log(`dist/api/handler.mjs: ${(bytes / 1024).toFixed(1)} KB`);
}
