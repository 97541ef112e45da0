/** In the place of `build/bundle.ts` in the image, where the bundle lies beside the program. */
import { fileURLToPath } from 'node:url';

/** The bundle that was made with the image. */
export async function bundleHandler(): Promise<{ readonly file: string; readonly parts: readonly string[] }> {
  // Nobody replaces them: they may be imported when they are asked for.
  return { file: fileURLToPath(new URL('./api/handler.mjs', import.meta.url)), parts: [] };
}
