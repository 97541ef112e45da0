/** Makes the OpenAPI document of the routes, and the types of the client that the tests use: `npm run openapi`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { SESSION_COOKIE } from '../lambda/api/access/cookies.ts';
import type { Endpoint } from '../lambda/api/http/endpoint.ts';
import {
  type FieldsSchema,
  type JsonSchema,
  type LinkDoc,
  type Operation,
  type ResponseDoc,
  SCHEMAS,
} from '../lambda/api/http/operation.ts';
import type { Route } from '../lambda/api/http/router.ts';
import { routes } from '../lambda/api/routes.ts';
import { readArguments } from '../local/usage.ts';
import packageJson from '../package.json' with { type: 'json' };

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly version: string; readonly [field: string]: unknown };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly headers: Readonly<Record<string, HeaderObject>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
  readonly [field: string]: unknown;
}

export interface Reference {
  readonly $ref: string;
}

export interface OperationObject {
  readonly operationId: string;
  readonly parameters: readonly ParameterObject[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
  readonly [field: string]: unknown;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: unknown;
  readonly schema: JsonSchema;
}

export interface HeaderObject {
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface ResponseObject {
  readonly description: string;
  readonly links?: Readonly<Record<string, LinkDoc>>;
  readonly headers: Readonly<Record<string, HeaderObject | Reference>>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

const TAGS = {
  timestamps: 'What happened, when, and who said so.',
  roll: 'Who should answer, how often, and who has not.',
  channels: 'Where people are told.',
  reports: 'What is told regularly, on demand.',
  people: 'Who is greeted by name.',
  service: 'The API itself.',
} as const satisfies Record<Operation['tag'], string>;

const DESCRIPTION = `Records that something happened, when, and who said so; and greets people by name.

HEAD works wherever GET does, and OPTIONS on every path; other methods are answered with 405 and \`Allow\`, unknown paths
with 404. What stands in front of a deployment may answer 403 (its firewall, or a request that did not come by way of its CDN)
and 429 (more requests than it lets through) itself, in a form of its own; try again later after a 429. Answers come in the media type that \`Accept\` likes best. So do errors: as a problem (RFC 9457), which is what
programs get that do not ask, as a page or as a line of text.

A deployment may ask who you are: then all but the service itself takes a key that has the scope of the operation, as a
bearer token or as the password of HTTP Basic; people may sign in at \`/sign-in\`. What changes something is refused to pages of other sites.`;

/** On every answer. */
const COMMON_HEADERS: Readonly<Record<string, HeaderObject>> = {
  'cache-control': { required: true, schema: { type: 'string' } },
  'x-content-type-options': { required: true, schema: { const: 'nosniff' } },
  'x-frame-options': { required: true, schema: { const: 'DENY' } },
  'referrer-policy': { required: true, schema: { const: 'same-origin' } },
  'strict-transport-security': { required: false, schema: { type: 'string' } },
  vary: { required: false, schema: { type: 'string' } },
  'access-control-allow-origin': { required: false, schema: { type: 'string' } },
  'access-control-expose-headers': { required: false, schema: { type: 'string' } },
};
/** On pages. */
const PAGE_HEADERS: Readonly<Record<string, HeaderObject>> = {
  'content-security-policy': { required: false, schema: { type: 'string' } },
};

/** What any operation may be answered with, by the function or by what stands in front of it. */
const EVERYWHERE = [403, 405, 429];
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  403: 'Forbidden: by the firewall, which has a page of its own, since the request did not come by way of the CDN, or is of a page of another site, or to a key that may not do this.',
  405: 'Method Not Allowed: the address takes other methods, which `Allow` names.',
  429: 'Too Many Requests: more than the front lets through; try again later. The body is that of the front, not a problem.',
};

const PROBLEM_CONTENT = {
  'application/problem+json': 'Problem',
  'text/html': 'Text',
  'text/plain': 'Text',
} as const;
/** The headers that a problem of a status has beside the usual ones. */
const PROBLEM_HEADERS: Readonly<Record<number, Readonly<Record<string, JsonSchema>>>> = {
  405: { allow: { type: 'string', description: 'The methods that work.' } },
  401: { 'www-authenticate': { type: 'string', description: 'How to say who you are (RFC 9110, section 11.6.1).' } },
  503: { 'retry-after': { type: 'string', pattern: '^\\d+$', description: 'Seconds.' } },
};
/** What it has at times. */
const OPTIONAL_PROBLEM_HEADERS: typeof PROBLEM_HEADERS = {
  403: { 'www-authenticate': { type: 'string', description: 'The scope that is missing (RFC 6750, section 3.1).' } },
};
const SECURITY_SCHEMES = {
  key: { type: 'http', scheme: 'bearer', description: 'A key: `rc_` and 46 letters and digits.' },
  password: { type: 'http', scheme: 'basic', description: 'A key as the password; the name of the user says nothing.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'For browsers, by `/sign-in`. What changes something must come from a page of this very host.',
  },
} as const;

/** The document of all routes. */
function openApiDocument(): OpenApiDocument {
  const paths: Record<string, Record<string, OperationObject>> = {};
  const statuses = new Set<number>();
  for (const route of routes) {
    const { method, path, endpoint } = route;
    const operation = operationObject(route);
    for (const status of problemsOf(endpoint)) statuses.add(status);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  const problems = [...statuses].toSorted((a, b) => a - b).map((status) => [problemName(status), problem(status)]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Rollcall',
      version: packageJson.version,
      summary: packageJson.description,
      description: DESCRIPTION,
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [{ url: '/' }],
    security: [],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: SCHEMAS,
      headers: { ...COMMON_HEADERS, ...PAGE_HEADERS },
      responses: Object.fromEntries(problems),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function problemsOf({ operation, access }: Endpoint): readonly number[] {
  const all = [...(operation?.problems ?? []), ...EVERYWHERE, ...(access === 'open' ? [] : [401])];
  return all.toSorted((a, b) => a - b);
}

/** Where a browser goes that asks for what is closed, and in which nobody is signed in. */
const TO_SIGN_IN: ResponseDoc = {
  description: 'Browsers in which nobody is signed in go to the page for that, where the deployment asks who it is.',
  headers: { location: { type: 'string', format: 'uri-reference' } },
};

function operationObject({ method, endpoint }: Route): OperationObject {
  const { operationId, operation, access } = endpoint;
  if (operation === undefined) throw new Error(`${operationId} has no operation`);
  const { tag, summary, description, path = {}, query, headers = {}, body, responses } = operation;
  const all = method === 'GET' && access !== 'open' ? { ...responses, 303: TO_SIGN_IN } : responses;
  const answers = Object.entries(all).map(([status, response]) => [status, responseObject(response)]);
  const errors = problemsOf(endpoint).map((status) => [
    status,
    { $ref: `#/components/responses/${problemName(status)}` },
  ]);
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description && { description }),
    // Not every deployment asks.
    ...(access !== 'open' && { security: [{}, { key: [access] }, { password: [access] }, { session: [access] }] }),
    parameters: [
      ...parameters('path', path),
      ...parameters('query', query?.entries ?? {}),
      ...Object.entries(headers).map(([name, { description, ...schema }]) => ({
        name,
        in: 'header',
        required: false,
        description,
        schema,
      })),
    ],
    ...(body && {
      requestBody: {
        required: body.required,
        content: Object.fromEntries(body.types.map((type) => [type, { schema: bodySchema(body.fields) }])),
      },
    }),
    responses: Object.fromEntries([...answers, ...errors]),
  };
}

function parameters(place: string, schemas: FieldsSchema['entries']): ParameterObject[] {
  return Object.entries(schemas).map(([name, schema]) => {
    const { description, ...rest } = jsonSchema(schema);
    const required = place === 'path' || isRequired(schema);
    return { name, in: place, required, ...(description !== undefined && { description }), schema: rest };
  });
}

function bodySchema({ entries }: FieldsSchema): JsonSchema {
  const fields = Object.entries(entries);
  const required = fields.filter(([, schema]) => isRequired(schema)).map(([name]) => name);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    properties: Object.fromEntries(fields.map(([name, schema]) => [name, jsonSchema(schema)])),
  };
}

function isRequired(schema: v.GenericSchema): boolean {
  return !v.safeParse(schema, undefined).success;
}

/** A field as JSON Schema: what its schema says of itself is in the message, too, in words. */
function jsonSchema(schema: v.GenericSchema): JsonSchema {
  const result = v.safeParse(schema, undefined);
  const { $schema: _, ...converted } = toJsonSchema(schema, {
    // A number comes as text, and is described as what it is made.
    typeMode: stepsOf(schema).some(({ kind, type }) => kind === 'schema' && type === 'number') ? 'output' : 'input',
    // What JSON Schema cannot say is said by the description.
    errorMode: 'ignore',
    overrideAction: ({ valibotAction, jsonSchema: made }) =>
      'metadata' in valibotAction && typeof valibotAction.metadata === 'object'
        ? { ...made, ...valibotAction.metadata }
        : undefined,
  });
  const allowed = messageOf(schema);
  return {
    ...converted,
    ...(result.success && result.output !== undefined && { default: result.output }),
    ...(allowed !== undefined && { description: `Allowed: ${allowed}` }),
  };
}

interface Step {
  readonly kind: string;
  readonly type: string;
  readonly message?: unknown;
  readonly wrapped?: unknown;
}

/** The schemas and actions that a schema consists of. */
function stepsOf(schema: object): readonly Step[] {
  const pipe = 'pipe' in schema && Array.isArray(schema.pipe) ? schema.pipe.filter(isStep) : [];
  const wrapped = 'wrapped' in schema && isStep(schema.wrapped) ? stepsOf(schema.wrapped) : [];
  const self = isStep(schema) ? [schema] : [];
  return [...self, ...pipe.flatMap((step) => (step === schema ? [] : stepsOf(step))), ...wrapped];
}

function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && 'kind' in value && 'type' in value;
}

function messageOf(schema: object): string | undefined {
  return stepsOf(schema)
    .map(({ message }) => message)
    .find((message) => typeof message === 'string');
}

function responseObject({
  description,
  headers = {},
  optionalHeaders = {},
  content,
  links,
}: ResponseDoc): ResponseObject {
  const named = (all: Readonly<Record<string, JsonSchema>>, required: boolean) =>
    Object.fromEntries(Object.entries(all).map(([name, schema]) => [name, { required, schema }]));
  const shared = { ...COMMON_HEADERS, ...(content && 'text/html' in content && PAGE_HEADERS) };
  const references = Object.keys(shared).map((name) => [name, { $ref: `#/components/headers/${name}` }]);
  return {
    description,
    headers: { ...named(headers, true), ...named(optionalHeaders, false), ...Object.fromEntries(references) },
    ...(content && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, name]) => [type, { schema: { $ref: `#/components/schemas/${name}` } }]),
      ),
    }),
    ...(links && { links }),
  };
}

function problem(status: number): ResponseObject {
  const description = DESCRIPTIONS[status] ?? STATUS_CODES[status] ?? '';
  if (status === 429) return tooManyRequests(description);
  const { 'application/problem+json': json, ...others } = PROBLEM_CONTENT;
  // Who takes a page or text is given one.
  const content = { 'application/problem+json': json, ...(status !== 406 && others) };
  const optionalHeaders = OPTIONAL_PROBLEM_HEADERS[status] ?? {};
  return responseObject({ description, headers: PROBLEM_HEADERS[status] ?? {}, optionalHeaders, content });
}

/** As an HTTP API answers it: with none of the headers and none of the problems of the function. */
function tooManyRequests(description: string): ResponseObject {
  const schema = { type: 'object', properties: { message: { type: 'string' } } };
  return { description, headers: {}, content: { 'application/json': { schema } } };
}

/** `NotFound` */
function problemName(status: number): string {
  return (STATUS_CODES[status] ?? String(status)).replaceAll(/[^A-Za-z]/g, '');
}

const root = new URL('../', import.meta.url);
/** Where the document is kept. */
export const DOCUMENT_FILE = new URL('lambda/api/site/assets/openapi.json', root);
/** Where the client's types are kept. */
export const CLIENT_FILE = new URL('test/client/rollcall.d.ts', root);

/** The document as it is kept. */
export function documentText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

/** Makes TypeScript types of the document that is kept, with a public generator: a client needs no more. */
export function clientText(): string {
  const generator = fileURLToPath(new URL('test/client/node_modules/.bin/openapi-typescript', root));
  // It takes files and its folder for parts of addresses, where # and ? mean something else.
  const { status, stdout, stderr } = spawnSync(generator, {
    cwd: tmpdir(),
    input: readFileSync(DOCUMENT_FILE),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`openapi-typescript failed: ${stderr}`);
  return stdout;
}

if (import.meta.main) {
  readArguments(
    'Usage: npm run openapi\nWrites the OpenAPI document, and the types of the client that the tests use.',
    {},
  );
  await writeFile(DOCUMENT_FILE, documentText());
  await writeFile(CLIENT_FILE, clientText());
  console.log('Wrote lambda/api/site/assets/openapi.json and test/client/rollcall.d.ts.');
}
