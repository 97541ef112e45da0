/**
 * The bundles: a file for each function that Lambda runs. `npm run build` makes that of the function that answers HTTP,
 * which `npm start` runs, too.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin, transform } from 'esbuild';
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

/** Leaves out what never runs, and what only on demand means in one file always. */
const leftOut: Plugin = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    const leaveOut = ({ path }: { path: string }) => ({ path, namespace: 'left-out' });
    // The SDK's support for event streams: DynamoDB has none.
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, leaveOut);
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

/** Maps our own code only: Node reads the map at each cold start, and that of the SDK would take it 10 ms. */
const ownSourcesOnly: Plugin = {
  name: 'own-sources-only',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules.*\.m?js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')) + NO_MAP,
      loader: 'js',
    }));
  },
};

/**
 * Leaves out what the contract says of endpoints: `openapi.json` is made of it before. Each stands in a line of its own,
 * as the formatter has it; a test looks for it in the bundle.
 */
const undocumented: Plugin = {
  name: 'undocumented',
  setup({ onLoad }) {
    onLoad({ filter: /lambda.api.\w+.[\w-]+\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace(/^ {2}operation,$/m, '  operation: undefined,'), loader: 'ts' };
    });
  },
};

/** Where the source code is, for the link on the pages. */
const { repository }: { readonly name: string; readonly repository?: string } = packageJson;

export interface Bundle {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
}

/** How every bundle is made. */
const COMMON: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'none',
};

/**
 * Bundles a file for Lambda.
 *
 * @param entry the file, and `outfile` where the bundle is written: both below the root of the project
 */
export async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<Bundle> {
  const { outputFiles } = await build({ ...COMMON, ...options, write: false, entryPoints: [entry], outfile });
  await writeAll(outputFiles);
  const file = `${root}${outfile}`;
  return { file, bytes: outputFiles.find(({ path }) => path === file)?.contents.length ?? 0 };
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
  plugins: [builtins, leftOut, undocumented, ownSourcesOnly],
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
  'deployment-check': {
    options: {
      // The SDK's packages that are CommonJS ask for Node's modules as they run.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    },
  },
} as const satisfies Readonly<Record<string, Recipe>>;

type FunctionName = keyof typeof FUNCTIONS;

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

/** Bundles every function. @returns their files, by their names */
export async function bundleAll(): Promise<Readonly<Record<FunctionName, string>>> {
  const isName = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name);
  const isComplete = (some: object): some is Record<FunctionName, string> =>
    Object.keys(FUNCTIONS).every((name) => Object.hasOwn(some, name));
  const names = Object.keys(FUNCTIONS).filter(isName);
  const all = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await bundleFunction(name)).file] as const)),
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
