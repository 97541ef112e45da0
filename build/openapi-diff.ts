/**
 * Compares the OpenAPI document with the one of the last release, and fails if clients of that one would break:
 * `npm run openapi:diff`, or `npm run openapi:diff -- FILE` for the document in another file.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../lambda/api/http/operation.ts';
import { readArguments, refuse } from '../local/usage.ts';
import { DOCUMENT_FILE, type OpenApiDocument, type OperationObject, type ResponseObject } from './openapi.ts';

const USAGE = `Usage: npm run openapi:diff [-- FILE]
Compares the contract with that of the last release, or with that in FILE. Ends with 1 if clients would break.`;

/** The changes from `before` to `after` over which clients would stumble; empty if there are none. */
export function breakingChanges(before: OpenApiDocument, after: OpenApiDocument): string[] {
  const schemas = new SchemaComparison(before, after);
  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const now = after.paths[path]?.[method];
      if (now === undefined) return [`${name} is gone`];
      return [
        ...parameterChanges(operation, now, schemas),
        ...bodyChanges(operation, now, schemas),
        ...responseChanges(resolved(before, operation), resolved(after, now), schemas),
      ].map((change) => `${name}: ${change}`);
    }),
  );
}

/**
 * Whether a version may break clients of another: a higher major, or before 1.0.0 a higher minor (semver.org, 4 and 8).
 */
export function mayBreak(before: string, after: string): boolean {
  const [major = 0, minor = 0] = before.split('.').map(Number);
  const [majorNow = 0, minorNow = 0] = after.split('.').map(Number);
  return majorNow > major || (majorNow === 0 && major === 0 && minorNow > minor);
}

function parameterChanges(before: OperationObject, after: OperationObject, schemas: SchemaComparison): string[] {
  const known = new Map(before.parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
  const now = new Map(after.parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
  const changed = [...known].flatMap(([name, { schema, required }]) => {
    const there = now.get(name);
    // What is not known is refused.
    if (there === undefined) return [`the parameter ${name} is gone`];
    const nowRequired = there.required && !required ? [`the parameter ${name} is required now`] : [];
    return [...nowRequired, ...schemas.accepted(schema, there.schema, `the parameter ${name}`)];
  });
  const added = [...now].filter(([name, { required }]) => required && !known.has(name));
  return [...changed, ...added.map(([name]) => `the parameter ${name} is new and required`)];
}

function bodyChanges({ requestBody: before }: OperationObject, after: OperationObject, schemas: SchemaComparison) {
  const now = after.requestBody;
  const required = now?.required && !before?.required ? ['the body is required now'] : [];
  const changed = Object.entries(before?.content ?? {}).flatMap(([type, { schema }]) => {
    const there = now?.content[type];
    return there ? schemas.accepted(schema, there.schema, `the body as ${type}`) : [`no body as ${type} any more`];
  });
  return [...required, ...changed];
}

type Responses = Readonly<Record<string, ResponseObject>>;

/** Answers that are no errors: a client need not be told of an error that cannot happen any more. */
function responseChanges(before: Responses, after: Responses, schemas: SchemaComparison): string[] {
  return Object.entries(before).flatMap(([status, { headers, content = {} }]) => {
    const now = after[status];
    if (now === undefined) return Number(status) < 400 ? [`no answer ${status} any more`] : [];
    const headersGone = Object.keys(headers).filter((name) => !Object.hasOwn(now.headers, name));
    const changed = Object.entries(content).flatMap(([type, { schema }]) => {
      const there = now.content?.[type];
      const what = `the answer ${status} as ${type}`;
      return there ? schemas.given(schema, there.schema, what) : [`${what} is gone`];
    });
    return [...headersGone.map((name) => `the answer ${status} has no header ${name} any more`), ...changed];
  });
}

function resolved(document: OpenApiDocument, { responses }: OperationObject): Responses {
  const all = Object.entries(responses).flatMap(([status, response]) => {
    const found = '$ref' in response ? document.components.responses[nameOf(response.$ref)] : response;
    return found ? [[status, found] as const] : [];
  });
  return Object.fromEntries(all);
}

const nameOf = (reference: unknown) => String(reference).split('/').at(-1) ?? '';

/** Bounds that narrow when they rise, and those that narrow when they fall. */
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
/** The keywords that say nothing about which values are valid. */
const ANNOTATIONS = ['description', 'title', 'default', 'examples', 'deprecated', '$comment'];
const FIELDS = ['required', 'properties', 'additionalProperties', 'items'];
/** Everything else narrows when it is added or changed. */
const JUDGED = [...LOWER, ...UPPER, ...ANNOTATIONS, ...FIELDS, 'type', 'enum', 'const'];

/** Compares the schemas of two documents. What it cannot judge counts as broken. */
class SchemaComparison {
  private readonly before: OpenApiDocument;
  private readonly after: OpenApiDocument;

  constructor(before: OpenApiDocument, after: OpenApiDocument) {
    this.before = before;
    this.after = after;
  }

  /** The input that was accepted of a client, and is not any more. */
  accepted(before: JsonSchema, after: JsonSchema, what: string): string[] {
    const [old, now] = [resolve(this.before, before), resolve(this.after, after)];
    return compare(old, now, what, 'is narrower', (a, b, part) => this.accepted(a, b, part), [
      ...missing(now.required, old.required).map((name) => `${what}: ${name} is required now`),
      ...(now.additionalProperties === false ? missingFields(old, now, what) : []),
      ...(now.additionalProperties === false && old.additionalProperties !== false && old.properties
        ? [`${what} takes no other fields any more`]
        : []),
    ]);
  }

  /** The output that a client was given, and cannot rely on any more. New fields are no harm. */
  given(before: JsonSchema, after: JsonSchema, what: string): string[] {
    const [old, now] = [resolve(this.before, before), resolve(this.after, after)];
    return compare(now, old, what, 'is wider', (a, b, part) => this.given(b, a, part), [
      ...missing(old.required, now.required).map((name) => `${what}: ${name} is not always there any more`),
      ...missingFields(old, now, what),
    ]);
  }
}

type Recurse = (wide: JsonSchema, narrow: JsonSchema, what: string) => string[];

/** Whether every value of `wide` is one of `narrow`. */
function compare(
  wide: JsonSchema,
  narrow: JsonSchema,
  what: string,
  verdict: string,
  recurse: Recurse,
  fields: string[],
): string[] {
  const narrower = [
    !covers(typesOf(narrow), typesOf(wide)) && 'type',
    !covers(valuesOf(narrow), valuesOf(wide)) && 'enum',
    ...LOWER.map((bound) => numberOf(narrow[bound], -Infinity) > numberOf(wide[bound], -Infinity) && bound),
    ...UPPER.map((bound) => numberOf(narrow[bound], Infinity) < numberOf(wide[bound], Infinity) && bound),
    ...Object.keys(narrow).map(
      (keyword) => !JUDGED.includes(keyword) && !isDeepStrictEqual(narrow[keyword], wide[keyword]) && keyword,
    ),
  ].filter((keyword) => keyword !== false);
  const there = propertiesOf(narrow);
  const inner = Object.entries(propertiesOf(wide)).flatMap(([name, schema]) => {
    const other = there[name];
    return other ? recurse(schema, other, `${what}: ${name}`) : [];
  });
  const items =
    isSchema(wide.items) && isSchema(narrow.items) ? recurse(wide.items, narrow.items, `${what}: items`) : [];
  return [...narrower.map((keyword) => `${what} ${verdict} (${keyword})`), ...fields, ...inner, ...items];
}

function missingFields(before: JsonSchema, after: JsonSchema, what: string): string[] {
  const gone = missing(Object.keys(propertiesOf(before)), Object.keys(propertiesOf(after)));
  return gone.map((name) => `${what}: ${name} is gone`);
}

/** Those of a list that are not in another one; no list counts as an empty one. */
function missing(list: unknown, others: unknown): unknown[] {
  return listOf(list).filter((one) => !listOf(others).some((other) => isDeepStrictEqual(one, other)));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether all of `wide` are in `narrow`; undefined stands for all values there are. */
function covers(narrow: readonly unknown[] | undefined, wide: readonly unknown[] | undefined): boolean {
  return narrow === undefined || (wide !== undefined && missing(wide, narrow).length === 0);
}

function typesOf({ type }: JsonSchema): readonly unknown[] | undefined {
  if (type === undefined) return undefined;
  const types = [type].flat();
  return types.includes('number') ? [...types, 'integer'] : types;
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  return 'enum' in schema ? listOf(schema.enum) : undefined;
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const all = isSchema(properties) ? Object.entries(properties) : [];
  return Object.fromEntries(all.filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])));
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function resolve(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  return document.components.schemas[nameOf(schema.$ref)] ?? schema;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The document of the last release before this commit, and its name; undefined if nothing is released. */
function released(): { name: string; text: string } | undefined {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  const tag = git('describe', '--tags', '--match', 'v*', '--abbrev=0');
  if (tag.status !== 0) return undefined;
  const name = tag.stdout.trim();
  const shown = git('show', `refs/tags/${name}:lambda/api/site/assets/openapi.json`);
  return shown.status === 0 ? { name, text: shown.stdout } : undefined;
}

if (import.meta.main) {
  const { positionals } = readArguments(USAGE, { allowPositionals: true });
  const [file, ...more] = positionals;
  if (more.length > 0) refuse(`There is one file to compare with, not ${positionals.length}`, USAGE);
  const base = file === undefined ? released() : { name: file, text: readFileSync(file, 'utf8') };
  if (base === undefined) {
    console.log(
      'Nothing is released yet: no tag v* with a document lies before this commit. There is nothing to break.',
    );
  } else {
    const before: OpenApiDocument = JSON.parse(base.text);
    const after: OpenApiDocument = JSON.parse(readFileSync(DOCUMENT_FILE, 'utf8'));
    const changes = breakingChanges(before, after);
    const versions = `${base.name} (${before.info.version}) -> ${after.info.version}`;
    console.log(`${versions}: ${changes.length === 0 ? 'no client breaks.' : 'these changes break clients:'}`);
    for (const change of changes) console.log(`  ${change}`);
    if (changes.length > 0 && !mayBreak(before.info.version, after.info.version)) {
      console.error('Take them back, or raise the version in package.json: the major one, before 1.0.0 the minor one.');
      process.exitCode = 1;
    }
  }
}
