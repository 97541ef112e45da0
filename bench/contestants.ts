import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { type Bundle, bundleHandler } from '../dev/bundle.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What is measured, each as Lambda would run it: one bundle that exports `handler`. */
export interface Contestants {
  readonly rollcall: Bundle;
  readonly bare: Bundle;
  /** The bare handler again, with Node's own modules loaded as in Rollcall's bundle. */
  readonly bareBuiltins: Bundle;
  readonly usual: Bundle;
}

/** Bundles them all; the competitors land in `dist/bench/`. */
export async function bundleContestants(): Promise<Contestants> {
  const [rollcall, bare, bareBuiltins, usual] = await Promise.all([
    bundleHandler(),
    bundle('bare', 'bare', {}),
    bundle('bare', 'bare-builtins', {
      alias: {
        'node:crypto': './bench/competitors/builtins.ts',
        'node:http': './bench/competitors/builtins.ts',
      },
    }),
    bundle('usual', 'usual', {
      // What such bundles carry for CommonJS that calls require; loading this one takes no longer for it.
      banner: { js: "import { createRequire } from 'module'; const require = createRequire(import.meta.url);" },
    }),
  ]);
  return { rollcall, bare, bareBuiltins, usual };
}

async function bundle(entry: string, name: string, options: Pick<BuildOptions, 'alias' | 'banner'>): Promise<Bundle> {
  const outfile = `dist/bench/${name}.mjs`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`bench/competitors/${entry}.ts`],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    ...options,
  });
  return { file: root + outfile, bytes: metafile.outputs[outfile]?.bytes ?? 0 };
}
