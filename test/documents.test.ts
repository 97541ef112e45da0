/** Whether the files that documents name are there. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'test/lib/**/*.md'], { cwd: ROOT }).toSorted();

/** The folders in whose files what stands in backticks is looked for: what begins otherwise may be anything. */
const PATH = /^(lambda|lib|bin|local|build|test|bench|docs|\.github)\/[\w./-]*$/;
/** The place of a name that the reader chooses. */
const PLACEHOLDER = /[A-Z]{4,}/;

/** The paths in backticks, from the root; and the targets of links, from the document. */
function pathsIn(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8').replaceAll(/^```.*?^```/gms, '');
  const named = [...text.matchAll(/`([^`\s]+)`/g)].map(([, path = '']) => path);
  const linked = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) =>
    join(dirname(document), path),
  );
  return [...named.filter((path) => PATH.test(path) && !PLACEHOLDER.test(path.replace('README', ''))), ...linked];
}

/** A decision may be named by its number alone: docs/adr/0009. */
function isThere(path: string): boolean {
  const isDecision = /^docs\/adr\/\d{4}$/.test(path);
  return isDecision ? globSync(`${path}-*.md`, { cwd: ROOT }).length === 1 : existsSync(join(ROOT, path));
}

describe('the documents', () => {
  it('are found, and name files', () => {
    expect(DOCUMENTS).toContain('CONTRIBUTING.md');
    expect(DOCUMENTS.flatMap(pathsIn).length).toBeGreaterThan(80);
  });

  it.each(DOCUMENTS)('%s names files and folders that are there', (document) => {
    expect(pathsIn(document).filter((path) => !isThere(path))).toEqual([]);
  });
});
