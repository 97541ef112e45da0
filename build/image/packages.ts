import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const Lock = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string(), ''),
      license: v.optional(v.string()),
      integrity: v.optional(v.string()),
      dependencies: v.optional(v.record(v.string(), v.string()), {}),
    }),
  ),
});

/** A package of npm as the lock file names it. */
export interface Package {
  /** From the root of the project: `node_modules/level`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  readonly integrity: string | undefined;
}

export type Packages = ReturnType<typeof readPackages>;

/** What package-lock.json says. */
export function readPackages(root: string) {
  const { packages } = v.parse(Lock, JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const at = (path: string): Package => {
    const found = packages[path];
    if (found === undefined) throw new TypeError(`package-lock.json has no ${path}.`);
    const { version, license, integrity } = found;
    return { path, name: path.replace(/^.*node_modules\//, ''), version, license, integrity };
  };
  /** Where Node finds a package that another one imports. */
  const find = (name: string, from: string): string | undefined => {
    for (let place = from; ; place = place.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
      const path = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
      if (packages[path] !== undefined) return path;
      if (place === '') return undefined;
    }
  };
  /** Packages by their names, and all that they import. */
  const closureOf = (names: readonly string[]): Package[] => {
    const found = new Set<string>();
    const add = (name: string, from: string) => {
      const path = find(name, from);
      if (path === undefined || found.has(path)) return;
      found.add(path);
      for (const dependency of Object.keys(packages[path]?.dependencies ?? {})) add(dependency, path);
    };
    for (const name of names) add(name, '');
    return [...found].toSorted().map(at);
  };
  /** The package that a file belongs to; undefined for our own. */
  const ofFile = (file: string): Package | undefined => {
    const [path] = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? [];
    return path === undefined ? undefined : at(path);
  };
  return { at, closureOf, ofFile };
}

/** What nobody reads as a package runs: sources of what is compiled, types, documents, programs for other machines. */
const LEFT_OUT =
  /(^|\/)(deps|src|test|tests|docs?|example|examples|ssl|node_modules|\.\w[^/]*)\/|\.(d\.ts|md|map|ts|gyp|cc|h)$/;

/** The files of a package that run here, from its folder. */
export function filesOf(root: string, { path }: Package): string[] {
  const other = new RegExp(`^prebuilds/(?!linux-${process.arch}/[\\w-]+(\\.armv8)?\\.node$)`);
  return globSync('**', { cwd: join(root, path), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, path).length + 1))
    .filter((file) => !LEFT_OUT.test(file) && !other.test(file))
    .toSorted();
}
