import Ajv, { type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Context } from 'aws-lambda';
import type { HeaderObject, OpenApiDocument, Reference, ResponseObject } from '../../build/openapi.ts';
import type { createApp } from '../../lambda/api/app.ts';
import { toRequest } from '../../lambda/api/http/request.ts';
import { createRouter } from '../../lambda/api/http/router.ts';
import { routes } from '../../lambda/api/routes.ts';
import openapi from '../../lambda/api/site/assets/openapi.json' with { type: 'json' };

/** An answer as a client sees it. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const contract: OpenApiDocument = openapi;

const ajv = new Ajv.default({ strict: true, allowUnionTypes: true, coerceTypes: false });
addFormats.default(ajv);
ajv.addKeyword('components');
ajv.addSchema({ $id: 'contract', components: contract.components });

const findRoute = createRouter(routes);
/** By what is described: a part of the contract, or of what is said here of all addresses. */
const validators = new WeakMap<object, ValidateFunction>();

/** The response that the contract describes for a status of an operation. */
export function describedResponse(path: string, method: string, status: number): ResponseObject | undefined {
  const operations = contract.paths[path] ?? {};
  const name = method.toLowerCase();
  const described = Object.hasOwn(operations, name) ? operations[name]?.responses[status] : undefined;
  return described && resolve(described, contract.components.responses);
}

/**
 * What is wrong with an answer by the contract; empty if nothing is. HEAD counts as GET; OPTIONS, 404 and 405 where no
 * operation answers are described for all paths at once.
 */
export function violations(method: string, path: string, { status, headers, body }: Answer): string[] {
  const route = findRoute(path);
  const described = describedResponse(route?.path ?? '', method === 'HEAD' ? 'GET' : method, status) ?? general(status);
  if (described === undefined) return [`${method} ${path}: status ${status} is not in the contract`];
  const { content = {}, headers: known } = described;
  return [
    ...headerViolations(known, headers),
    ...(method === 'HEAD' ? [] : bodyViolations(content, headers, body)),
  ].map((what) => `${method} ${path} ${status}: ${what}`);
}

/** What is the same at all addresses, and so no operation's: OPTIONS, and the problems before one is reached. */
function general(status: number): ResponseObject | undefined {
  const { headers, responses } = contract.components;
  const { NotFound: problem } = responses;
  if (problem === undefined) throw new Error('the contract has no problem for 404');
  switch (status) {
    case 204:
      return { description: 'OPTIONS', headers: { ...headers, ...PREFLIGHT_HEADERS, allow: REQUIRED_TEXT } };
    case 405:
      return { ...problem, headers: { ...problem.headers, allow: REQUIRED_TEXT } };
    case 403:
    case 404:
      return problem;
    default:
      return undefined;
  }
}

const TEXT: HeaderObject = { required: false, schema: { type: 'string' } };
const REQUIRED_TEXT: HeaderObject = { ...TEXT, required: true };
const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': TEXT,
  'access-control-allow-headers': TEXT,
  'access-control-max-age': TEXT,
};

function headerViolations(known: ResponseObject['headers'], headers: Answer['headers']): string[] {
  const found: string[] = [];
  for (const [name, described] of Object.entries(known)) {
    const { required, schema } = resolve(described, contract.components.headers);
    const value = headers[name];
    if (value === undefined) {
      if (required) found.push(`the header ${name} is missing`);
    } else if (!isValid(schema, value)) found.push(`the header ${name} is ${JSON.stringify(value)}`);
  }
  const unknown = Object.keys(headers).filter((name) => name !== 'content-type' && !Object.hasOwn(known, name));
  return [...found, ...unknown.map((name) => `the header ${name} is not in the contract`)];
}

function bodyViolations(content: NonNullable<ResponseObject['content']>, headers: Answer['headers'], body: string) {
  const type = headers['content-type']?.split(';')[0] ?? '';
  if (Object.keys(content).length === 0) return body === '' ? [] : ['there is a body'];
  const described = content[type];
  if (described === undefined) return [`the type ${JSON.stringify(type)} is not in the contract`];
  const value: unknown = type.endsWith('json') && type !== 'application/x-ndjson' ? JSON.parse(body) : body;
  const validate = validatorOf(described.schema);
  return validate(value) ? [] : [`the body: ${ajv.errorsText(validate.errors)}`];
}

function isValid(schema: object, value: unknown): boolean {
  return validatorOf(schema)(value) === true;
}

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/');
  const validator = ajv.compile(JSON.parse(text));
  validators.set(schema, validator);
  return validator;
}

function resolve<T extends ResponseObject | HeaderObject>(value: T | Reference, all: Readonly<Record<string, T>>): T {
  if (!('$ref' in value)) return value;
  const found = all[value.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`${value.$ref} leads nowhere`);
  return found;
}

type App = ReturnType<typeof createApp>;

/** The app, each answer of which is checked: one that breaks the contract fails the invocation, and so its test. */
export function checked(app: App): App {
  return async (event, context: Context) => {
    const result = await app(event, context);
    const { method, path } = toRequest(event, context, () => true);
    const { statusCode: status, body = '', headers, multiValueHeaders = {}, cookies = [] } = result;
    const lines =
      headers ?? Object.fromEntries(Object.entries(multiValueHeaders).map(([name, [value]]) => [name, value]));
    const named = [...Object.entries(lines), ...cookies.map((cookie) => ['set-cookie', cookie])];
    const texts = Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
    const broken = violations(method, path, { status, headers: texts, body });
    if (broken.length > 0) throw new Error(`The contract is broken: ${broken.join('; ')}`);
    return result;
  };
}
