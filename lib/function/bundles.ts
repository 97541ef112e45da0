import { dirname } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** The files that build/bundle.ts makes, by function, each in a folder of all that goes with it. */
export type Bundles = Readonly<Record<string, string>>;

/** The code of a function, by its folder in lambda/. @throws RangeError if it is not in the list of build/bundle.ts */
export type CodeOf = (name: string) => Code;

/** The code of the functions that were bundled. */
export function codeFrom(bundles: Bundles): CodeOf {
  return (name) => {
    const file = bundles[name];
    if (file !== undefined) return Code.fromAsset(dirname(file));
    throw new RangeError(`build/bundle.ts bundles no function ${name}; it has: ${Object.keys(bundles).join(', ')}.`);
  };
}
