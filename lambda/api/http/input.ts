import * as v from 'valibot';
import { jsonText } from '../../core/text/visible-text.ts';
import { HttpError, type InputError } from './errors.ts';
import { type HttpRequest, splitQuery } from './request.ts';

/** The most bytes that a request's body may have. */
export const MAX_BODY_BYTES = 16 * 1024;

const BODY_TYPES = ['application/json', 'application/x-www-form-urlencoded'];

type Fields = Readonly<Record<string, unknown>>;
/** Where a field came. */
type PlaceOf = (field: string) => InputError['in'];
/** The names of fields that are objects, by what the names of their members begin with in queries and forms. */
type Members = Readonly<Record<string, string>>;
type FieldsSchema<T> = v.GenericSchema<unknown, T> & { readonly entries: object };

/**
 * What `schema` makes of the query of a request. The message of each of its fields says what is allowed.
 *
 * Parameters that it does not know are refused, so that a program that misspells one is told. Where people come by links,
 * such parameters are `ignored`: whoever passes a link on may add some (`utm_source`, `fbclid`). Endpoints that take no
 * parameters at all, and change nothing, do not look at the query: monitors add one to get past caches.
 *
 * @throws HttpError 400 that names the field, what came and what is allowed
 */
export function readQuery<T>(
  request: HttpRequest,
  schema: FieldsSchema<T>,
  unknown: 'refused' | 'ignored' = 'refused',
): T {
  const fields = Object.entries(queryFields(request));
  const known = unknown === 'ignored' ? fields.filter(([field]) => Object.hasOwn(schema.entries, field)) : fields;
  return validate(schema, Object.fromEntries(known), () => 'query');
}

/**
 * Checks a request that takes no parameters.
 *
 * @throws HttpError 400 that names one that came
 */
export function refuseQuery(request: HttpRequest): void {
  readQuery(request, v.object({}));
}

/**
 * What `schema` makes of the fields that a request brings, each in its query or in its JSON or form body.
 *
 * @param members fields that are objects, by the beginning of the names that their members have in queries and forms
 * @throws HttpError 400 as readQuery; 413 for a body over 16 KB; 415 for one that is neither JSON nor a form
 */
export function readFields<T>(request: HttpRequest, schema: FieldsSchema<T>, members: Members = {}): T {
  const query = gather(queryFields(request), members);
  const body = bodyFields(request, BODY_TYPES, members);
  const placeOf = (field: string) => (Object.hasOwn(body, field) ? 'body' : 'query');
  const twice = Object.keys(query).find((field) => Object.hasOwn(body, field));
  if (twice !== undefined)
    throw invalidField(twice, body[twice], 'given once, in the query or in the body', placeOf(twice));
  return validate(schema, { ...query, ...body }, placeOf);
}

/**
 * What `schema` makes of the JSON body of a request that has no other form and no query.
 *
 * @throws HttpError 400 as readQuery; 413 for a body over 16 KB; 415 for one that is not JSON
 */
export function readJson<T>(request: HttpRequest, schema: FieldsSchema<T>): T {
  refuseQuery(request);
  return validate(schema, bodyFields(request, ['application/json']), () => 'body');
}

/** Fields, in which those that are members of an object are in it. */
function gather(fields: Fields, members: Members): Fields {
  const gathered = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields)) {
    const [prefix, field] = Object.entries(members).find(([beginning]) => name.startsWith(beginning)) ?? [];
    if (prefix === undefined || field === undefined) {
      gathered.set(name, value);
      continue;
    }
    // What is no object stays, to be refused.
    const earlier = gathered.get(field) ?? {};
    const member = { [name.slice(prefix.length)]: value };
    gathered.set(field, typeof earlier === 'object' ? { ...earlier, ...member } : earlier);
  }
  return Object.fromEntries(gathered);
}

/**
 * What `schema` makes of the form that a browser sends, and of nothing else.
 *
 * @throws HttpError 400 as readQuery; 413 for a body over 16 KB; 415 for one that is no form
 */
export function readForm<T>(
  request: HttpRequest,
  schema: FieldsSchema<T>,
  unknown: 'refused' | 'ignored' = 'refused',
): T {
  refuseQuery(request);
  const fields = Object.entries(bodyFields(request, ['application/x-www-form-urlencoded']));
  const known = unknown === 'ignored' ? fields.filter(([field]) => Object.hasOwn(schema.entries, field)) : fields;
  return validate(schema, Object.fromEntries(known), () => 'body');
}

function validate<T>(schema: FieldsSchema<T>, fields: Fields, placeOf: PlaceOf): T {
  const unknown = Object.keys(fields).find((field) => !Object.hasOwn(schema.entries, field));
  if (unknown !== undefined) {
    const known = Object.keys(schema.entries);
    const allowed = known.length === 0 ? 'no parameters here' : `one of the names ${known.join(', ')}`;
    throw invalidField(unknown, fields[unknown], allowed, placeOf(unknown));
  }
  // A field that is missing is one that is undefined, so that its own schema says what is allowed.
  const missing = Object.fromEntries(Object.keys(schema.entries).map((field) => [field, undefined]));
  const result = v.safeParse(schema, { ...missing, ...fields }, { abortPipeEarly: true });
  if (result.success) return result.output;
  const errors = result.issues.map((issue) => {
    const field = v.getDotPath(issue) ?? '';
    return inputError(field, issue.input, issue.message, placeOf(field.split('.')[0] ?? ''));
  });
  throw invalidInput(errors);
}

/** The error for one field, for a fault that its schema alone cannot see. */
export function invalidField(field: string, came: unknown, allowed: string, place: InputError['in'] = 'query') {
  return invalidInput([inputError(field, came, allowed, place)]);
}

function inputError(field: string, came: unknown, allowed: string, place: InputError['in']): InputError {
  return { in: place, field: field.slice(0, 100).replaceAll(KEYS, 'rc_...'), received: excerpt(came), allowed };
}

function invalidInput(errors: InputError[]): HttpError {
  const detail = errors.map(({ field, received, allowed }) => {
    const name = /^\w+$/.test(field) ? field : jsonText(field);
    return `${name}: got ${received}, allowed is ${allowed}.`;
  });
  return new HttpError(400, detail.join(' '), { errors });
}

/** A key (core/access/key.ts) that stands where none belongs. */
const KEYS = /rc_\w{8,}/g;

/** What came, short enough to be told, and without keys. Arrays and objects are named only: they can be too deep to be written out. */
function excerpt(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const text = (value === undefined ? 'nothing' : jsonText(value)).replaceAll(KEYS, 'rc_...');
  return text.length > 100 ? `${text.slice(0, 100)}... (${text.length} characters)` : text;
}

/** The fields of the query, decoded, as they came. */
export function queryFields(request: HttpRequest): Fields {
  return decodePairs(request.query, 'query');
}

/** A body that does not say what it is counts as JSON. */
function bodyFields(request: HttpRequest, types = BODY_TYPES, members: Members = {}): Fields {
  const { body, headers } = request;
  // An HTTP API says text/plain of a body that is not there (developer guide, "Important notes").
  if (body.length === 0) return {};
  if (body.length > MAX_BODY_BYTES) {
    throw new HttpError(413, `The body has ${body.length} bytes; at most ${MAX_BODY_BYTES} are allowed.`);
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new HttpError(415, `The body is encoded as ${excerpt(encoding)}; send it as it is.`);
  }
  const type = mediaTypeOf(headers.get('content-type')) ?? 'application/json';
  if (!types.includes(type)) {
    throw new HttpError(415, `The body is ${excerpt(type)}; allowed is ${types.join(' or ')}.`);
  }
  const text = decodeUtf8(body);
  return type === 'application/json' ? parseJsonObject(text) : gather(parseForm(text), members);
}

/** Whether a request brings JSON, and says so. */
export function isJson({ body, headers }: HttpRequest): boolean {
  return body.length > 0 && mediaTypeOf(headers.get('content-type')) === 'application/json';
}

function mediaTypeOf(contentType: string | undefined): string | undefined {
  return contentType?.split(';')[0]?.trim().toLowerCase();
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HttpError(400, 'The body is not valid UTF-8.', { cause });
  }
}

function parseJsonObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, 'The body is not valid JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, `The body must be a JSON object, such as {"source": "backup"}; got ${excerpt(value)}.`);
  }
  return { ...value };
}

/** A form of a browser sends the fields that were left empty, too: they count as not given. */
function parseForm(text: string): Fields {
  return Object.fromEntries(Object.entries(decodePairs(splitQuery(text), 'body')).filter(([, value]) => value !== ''));
}

/**
 * Decodes names and values as browsers and servers do (WHATWG URL, "application/x-www-form-urlencoded parsing"): a `%` that
 * begins no byte stays, so that `100% ok` is what it says, and bytes that are no UTF-8 become U+FFFD, which no field takes.
 * A form has each name once. Of a query the last one of a name counts: a load balancer without multi-value headers hands
 * over no other.
 */
function decodePairs(pairs: readonly (readonly [string, string])[], place: 'query' | 'body'): Record<string, string> {
  const decode = (text: string) => new URLSearchParams(`=${text}`).get('') ?? '';
  const decoded = new Map<string, string>();
  for (const [name, value] of pairs) {
    const field = decode(name);
    if (place === 'body' && decoded.has(field)) throw invalidField(field, decode(value), 'given once', place);
    decoded.set(field, decode(value));
  }
  return Object.fromEntries(decoded);
}
