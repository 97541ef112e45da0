/** What differs in a run of `npm run mutate`: `vitest.mutate.config.ts` has this run before each test file. */
import fc from 'fast-check';
import { afterAll, beforeAll, inject, type RunnerTask, vi } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** What Stryker does; undefined where Vitest runs without it. */
    mode: 'dry-run' | 'mutant' | undefined;
  }
}

/** How often each mutant was reached, by its number. */
type Hits = Record<string, number>;
/** What Stryker and the code that it has instrumented share in a process. */
interface Shared {
  currentTestId?: string | undefined;
  mutantCoverage?: { readonly perTest: Record<string, Hits> };
}

// The same cases for every mutant: what survives with some is not killed by the luck of others.
fc.configureGlobal({ seed: 1 });

switch (inject('mode')) {
  case 'dry-run':
    attributeHooks(sharedWithStryker());
    break;
  case 'mutant':
    // Stryker runs one test at a time to see what each reaches. Later, those that wait may wait together again.
    vi.setConfig({ maxConcurrency: 20 });
    break;
}

function sharedWithStryker(): Shared {
  const { __stryker__: shared } = globalThis as { __stryker__?: Shared };
  if (shared === undefined) throw new Error('Stryker does not run');
  return shared;
}

/**
 * Has the tests of this file reach what its hooks reach. Stryker takes a mutant that is reached outside of tests for one
 * of the time at which modules are loaded, and tries it on all tests there are. Here that would be every third mutant,
 * because servers are started, and asked, in `beforeAll`.
 */
function attributeHooks(shared: Shared): void {
  const HOOKS = 'hooks';
  let test: string | undefined;
  let inHooks: string | undefined;
  Object.defineProperty(shared, 'currentTestId', {
    configurable: true,
    get: () => test ?? inHooks,
    set: (id: string | undefined) => {
      test = id;
    },
  });
  beforeAll(() => {
    inHooks = HOOKS;
  });
  // Runs after the hooks of the file, and before Stryker's, which reports.
  // biome-ignore lint/correctness/noEmptyPattern: Vitest wants it
  afterAll(({}, { file }) => {
    inHooks = undefined;
    const { perTest = {} } = shared.mutantCoverage ?? {};
    const { [HOOKS]: hits = {} } = perTest;
    delete perTest[HOOKS];
    for (const names of testsOf(file.tasks)) {
      const id = `${file.filepath}#${names.join(' > ').trim()}`;
      // Once is enough: how often counts only where Stryker looks for loops without an end.
      perTest[id] = { ...Object.fromEntries(Object.keys(hits).map((mutant) => [mutant, 1])), ...perTest[id] };
    }
  });
}

/** The tests in some tasks, each by its name and those of the suites around it. */
function testsOf(tasks: readonly RunnerTask[]): string[][] {
  return tasks.flatMap((task) =>
    task.type === 'suite' ? testsOf(task.tasks).map((names) => [task.name, ...names]) : [[task.name]],
  );
}
