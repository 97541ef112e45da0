import { type Bundle, bundle, bundleHandler } from '../build/bundle.ts';

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
    bundle('bench/competitors/bare.ts', 'dist/bench/bare.mjs'),
    bundle('bench/competitors/bare.ts', 'dist/bench/bare-builtins.mjs', {
      alias: {
        'node:crypto': './bench/competitors/builtins.ts',
        'node:http': './bench/competitors/builtins.ts',
      },
    }),
    bundle('bench/competitors/usual.ts', 'dist/bench/usual.mjs', {
      // What such bundles carry for CommonJS that calls require; loading this one takes no longer for it.
      banner: { js: "import { createRequire } from 'module'; const require = createRequire(import.meta.url);" },
    }),
  ]);
  return { rollcall, bare, bareBuiltins, usual };
}
