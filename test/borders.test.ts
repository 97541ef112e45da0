import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** What the files below a folder may import of the project, and of packages; every other import is over a border. */
const BORDERS: Readonly<Record<string, { readonly own: RegExp; readonly packages: RegExp }>> = {
  'lambda/core': { own: /^lambda\/core\//, packages: /^(?!aws-cdk|constructs|cdk-nag)/ },
  'lambda/api': { own: /^lambda\/(core|api)\//, packages: /^(?!aws-cdk|constructs|cdk-nag)/ },
  'lambda/notify': { own: /^lambda\/(core|notify)\//, packages: /^(?!aws-cdk|constructs|cdk-nag)/ },
  'lambda/deployment-check': {
    own: /^lambda\/(core|deployment-check)\//,
    packages: /^(?!aws-cdk|constructs|cdk-nag)/,
  },
  'lambda/watch': { own: /^lambda\/(core|watch)\//, packages: /^(?!aws-cdk|constructs|cdk-nag)/ },
  lib: { own: /^(lib|lambda)\//, packages: /^/ },
  local: { own: /^(local|build|lambda)\//, packages: /^(?!aws-cdk-lib|constructs|cdk-nag)/ },
  build: { own: /^(local|build|lambda)\/|^package\.json$/, packages: /^(?!aws-cdk-lib|constructs|cdk-nag)/ },
};

/** What lib/ takes from lambda/: names, and the values that are allowed. */
const NAMES = [
  'lambda/api/env.ts',
  'lambda/api/http/caller-address.ts',
  'lambda/api/http/input.ts',
  'lambda/api/routes.ts',
  'lambda/core/access/fetch-event.ts',
  'lambda/core/access/provider-config.ts',
  'lambda/core/cdn-policy.ts',
  'lambda/core/cdn-secret.ts',
  'lambda/core/dynamo/tables.ts',
  'lambda/core/env.ts',
  'lambda/core/observe/log.ts',
  'lambda/core/telling/channel.ts',
  'lambda/core/telling/env.ts',
  'lambda/core/telling/notice.ts',
  'lambda/core/timestamps/timestamp-id.ts',
  'lambda/deployment-check/env.ts',
  'lambda/notify/send-env.ts',
  'lambda/watch/env.ts',
];

interface Import {
  readonly from: string;
  /** A file of the project, from its root; or the name of a package. */
  readonly to: string;
  readonly isOwn: boolean;
}

function importsBelow(folder: string): Import[] {
  const files = globSync(`${folder}/**/*.{ts,js}`, { cwd: ROOT }).filter((file) => !file.includes('/site/assets/'));
  return files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const found = text.matchAll(
      /^(?:import|export)\b(?:[^;'"]*\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
    );
    return [...found].map(([, static_, dynamic]): Import => {
      const specifier = static_ ?? dynamic ?? '';
      const isOwn = specifier.startsWith('.');
      return { from: file, to: isOwn ? relative(ROOT, join(ROOT, dirname(file), specifier)) : specifier, isOwn };
    });
  });
}

describe.each(Object.entries(BORDERS))('%s', (folder, { own, packages }) => {
  const imports = importsBelow(folder);

  it('imports something, and nothing over its borders', () => {
    expect(imports.length).toBeGreaterThan(2);
    const over = imports.filter(({ to, isOwn }) => !(isOwn ? own : packages).test(to));
    expect(over.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });
});

describe('lib', () => {
  it('takes of lambda what has names, and nothing that runs', () => {
    const taken = new Set(importsBelow('lib').flatMap(({ to }) => (to.startsWith('lambda/') ? [to] : [])));
    expect([...taken].filter((file) => !NAMES.includes(file))).toEqual([]);
  });
});
