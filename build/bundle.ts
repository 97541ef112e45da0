/**
 * Builds the one file that Lambda runs, and that `npm start` runs too: `npm run build`. Deployments also take the one of
 * what tries a new version.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin, transform } from 'esbuild';
import { ASSETS } from '../lambda/api/site/read-asset.ts';
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

/** Bundles `lambda/api/handler.ts` into `dist/api/handler.mjs`, with a source map and the assets beside it. */
export async function bundleHandler(): Promise<Bundle> {
  await writeAll(await readAssets());
  return bundle('lambda/api/handler.ts', 'dist/api/handler.mjs', {
    sourcemap: 'linked',
    sourcesContent: false,
    define: { SOURCE_CODE: JSON.stringify(repository) ?? 'undefined' },
    plugins: [builtins, leftOut, undocumented, ownSourcesOnly],
    alias: { '@aws-sdk/credential-provider-node': './lambda/core/dynamo/credentials.ts' },
  });
}

async function writeAll(files: readonly { readonly path: string; readonly contents: Uint8Array | string }[]) {
  for (const { path, contents } of files) {
    await mkdir(dirname(path), { recursive: true });
    // Another process may be reading the file, or making it, too.
    const unfinished = `${root}dist/${randomUUID()}`;
    await writeFile(unfinished, contents);
    await rename(unfinished, path);
  }
}

/** What `lambda/api/site/read-asset.ts` reads when it is asked for; style sheets and scripts are minified. */
function readAssets() {
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

/** Bundles `lambda/deployment-check/handler.ts`, which tries new versions before they are deployed, into `dist/deployment-check/handler.mjs`. */
function bundleHook(): Promise<Bundle> {
  return bundle('lambda/deployment-check/handler.ts', 'dist/deployment-check/handler.mjs', {
    // The SDK's packages that are CommonJS ask for Node's modules as they run.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}

/** Makes both bundles. @returns their files */
export async function bundleAll() {
  const [handler, hook] = await Promise.all([bundleHandler(), bundleHook()]);
  return { handler: handler.file, hook: hook.file };
}

if (import.meta.main) {
  const { bytes } = await bundleHandler();
  console.log(`dist/api/handler.mjs: ${(bytes / 1024).toFixed(1)} KB`);
}
