import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '../../build/openapi.ts';
import { breakingChanges, mayBreak } from '../../build/openapi-diff.ts';
import { contract } from '../support/contract.ts';

/** The contract with one value changed; undefined takes it out. */
function changed(path: readonly (string | number)[], value: unknown, document: unknown = contract): OpenApiDocument {
  const copy = structuredClone(document);
  let place: unknown = copy;
  for (const key of path.slice(0, -1)) place = childOf(place, key);
  const last = path.at(-1);
  if (typeof place !== 'object' || place === null || last === undefined) throw new Error(`no ${path.join('.')}`);
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
  return JSON.parse(JSON.stringify(copy));
}

function childOf(value: unknown, key: string | number): unknown {
  const child: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (child === undefined) throw new Error(`no ${key}`);
  return child;
}

const LIST = ['paths', '/app', 'get'];
const RECORD = ['paths', '/app', 'post'];
const LIMIT = [...LIST, 'parameters', 0];
const JSON_BODY = [...RECORD, 'requestBody', 'content', 'application/json', 'schema'];
const TIMESTAMP = ['components', 'schemas', 'Timestamp'];

describe('the comparison of two OpenAPI documents', () => {
  it('finds nothing between a document and itself', () => {
    expect(breakingChanges(contract, contract)).toEqual([]);
  });

  it.each<[string, (string | number)[], unknown, RegExp]>([
    ['a path is gone', ['paths', '/hello/{username}'], undefined, /PUT \/hello\/\{username\} is gone/],
    ['a method is gone', RECORD, undefined, /^POST \/app is gone/],
    ['a parameter is gone', [...LIST, 'parameters'], [], /the parameter query limit is gone/],
    ['a parameter is required', [...LIMIT, 'required'], true, /query limit is required now/],
    ['a range is smaller', [...LIMIT, 'schema', 'maximum'], 500, /query limit is narrower \(maximum\)/],
    ['a range begins later', [...LIMIT, 'schema', 'minimum'], 2, /query limit is narrower \(minimum\)/],
    ['a type is another', [...LIMIT, 'schema', 'type'], 'string', /query limit is narrower \(type\)/],
    ['a pattern is added', [...LIMIT, 'schema', 'pattern'], '^1', /query limit is narrower \(pattern\)/],
    ['the body is required', [...RECORD, 'requestBody', 'required'], true, /the body is required now/],
    [
      'a form of the body is gone',
      [...RECORD, 'requestBody', 'content', 'application/json'],
      undefined,
      /no body as application\/json any more/,
    ],
    ['a field is required', [...JSON_BODY, 'required'], ['source'], /application\/json: source is required now/],
    ['a field is gone', [...JSON_BODY, 'properties', 'note'], undefined, /application\/json: note is gone/],
    ['a field is narrower', [...JSON_BODY, 'properties', 'note', 'maxLength'], 10, /note is narrower \(maxLength\)/],
    ['an answer is gone', [...RECORD, 'responses', '303'], undefined, /no answer 303 any more/],
    ['a header is gone', [...RECORD, 'responses', '201', 'headers', 'location'], undefined, /no header location/],
    [
      'a media type of an answer is gone',
      [...LIST, 'responses', '200', 'content', 'text/csv'],
      undefined,
      /the answer 200 as text\/csv is gone/,
    ],
    ['a field of an answer is gone', [...TIMESTAMP, 'properties', 'source'], undefined, /source is gone/],
    ['a field of an answer is optional', [...TIMESTAMP, 'required'], ['id'], /timestamp is not always there any more/],
    [
      'a field of an answer is wider',
      [...TIMESTAMP, 'properties', 'protocol', 'enum'],
      ['http', 'https', 'h3'],
      /protocol is wider \(enum\)/,
    ],
    ['a field of an answer may be null', [...TIMESTAMP, 'properties', 'note', 'type'], ['string', 'null'], /is wider/],
  ])('finds that %s', (_, path, value, change) => {
    expect(breakingChanges(contract, changed(path, value)).join('\n')).toMatch(change);
  });

  it.each<[string, (string | number)[], unknown]>([
    ['a new path', ['paths', '/new'], { get: contract.paths['/health']?.get }],
    ['a wider range', [...LIMIT, 'schema', 'maximum'], 5000],
    ['a new field of an answer', [...TIMESTAMP, 'properties', 'country'], { type: 'string' }],
    ['a new optional field', [...JSON_BODY, 'properties', 'tag'], { type: 'string' }],
    ['an error that cannot happen any more', [...LIST, 'responses', '503'], undefined],
    ['another description', [...LIMIT, 'description'], 'How many.'],
    ['an answer that is narrower', [...TIMESTAMP, 'properties', 'protocol', 'enum'], ['https']],
    ['a pattern less', [...JSON_BODY, 'properties', 'source', 'pattern'], undefined],
  ])('lets pass %s', (_, path, value) => {
    expect(breakingChanges(contract, changed(path, value))).toEqual([]);
  });

  it.each([
    ['0.1.0', '0.1.1', false],
    ['0.1.0', '0.2.0', true],
    ['0.9.0', '1.0.0', true],
    ['1.2.0', '1.3.0', false],
    ['1.9.0', '2.0.0', true],
    ['2.0.0', '1.9.0', false],
  ])('from %s to %s clients may break: %s', (before, after, may) => {
    expect(mayBreak(before, after)).toBe(may);
  });
});

describe('npm run openapi:diff', () => {
  const script = fileURLToPath(new URL('../../build/openapi-diff.ts', import.meta.url));

  function compareWith(before: OpenApiDocument) {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
    const file = join(folder, 'before.json');
    writeFileSync(file, JSON.stringify(before));
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    return { status, stdout, stderr };
  }

  it('fails when the last release took more than this one, and says what', () => {
    const { status, stdout, stderr } = compareWith(changed([...LIMIT, 'schema', 'maximum'], 5000));
    expect(status).toBe(1);
    expect(stdout).toContain('GET /app: the parameter query limit is narrower (maximum)');
    expect(stderr).toContain('raise the version');
  });

  it('tells of it but passes when the version says so', () => {
    const older = changed(['info', 'version'], '0.0.9', changed([...LIMIT, 'schema', 'maximum'], 5000));
    const { status, stdout } = compareWith(older);
    expect([status, stdout.includes('is narrower')]).toEqual([0, true]);
  });

  it('passes when nothing breaks', () => {
    expect(compareWith(contract)).toMatchObject({ status: 0, stderr: '' });
  });

  it('takes the document of the last tag before this commit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
    try {
      execFileSync('cp', ['-r', 'lambda', 'local', 'build', 'package.json', folder], { cwd: root });
      execFileSync('ln', ['-s', join(root, 'node_modules'), 'node_modules'], { cwd: folder });
      const compare = () => spawnSync(process.execPath, [join(folder, 'build/openapi-diff.ts')], { encoding: 'utf8' });
      git('init', '--quiet');
      git('add', 'lambda');
      git('commit', '--quiet', '--message', 'first');
      expect(compare().stdout).toContain('Nothing is released yet');
      git('tag', 'v0.1.0');
      const file = join(folder, 'lambda/api/site/assets/openapi.json');
      writeFileSync(file, JSON.stringify(changed(['paths', '/ready'], undefined)));
      const { status, stdout } = compare();
      expect([status, stdout]).toEqual([1, expect.stringContaining('v0.1.0')]);
      expect(stdout).toContain('GET /ready is gone');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
