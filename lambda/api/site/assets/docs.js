/** Fills the API page from the OpenAPI document of this very host. All of it becomes text nodes, never markup. */

/**
 * @typedef {{ $ref?: string, type?: string | string[], format?: string, pattern?: string, enum?: unknown[],
 *   const?: unknown, minimum?: number, maximum?: number, default?: unknown, examples?: unknown[], description?: string,
 *   properties?: Record<string, Schema>, required?: string[], items?: Schema }} Schema
 * @typedef {Record<string, { schema: Schema }>} Content
 * @typedef {{ $ref?: string, description: string, content?: Content, headers?: Record<string, unknown> }} Answer
 * @typedef {{ name: string, in: string, required: boolean, description?: string, schema: Schema }} Parameter
 * @typedef {{ operationId: string, tags: string[], summary: string, description?: string, parameters: Parameter[],
 *   requestBody?: { required: boolean, content: Content }, responses: Record<string, Answer>, security?: unknown[] }} Operation
 * @typedef {{ info: { version: string, description: string }, tags: { name: string, description: string }[],
 *   paths: Record<string, Record<string, Operation>>, components: Record<string, Record<string, unknown>> }} Contract
 * @typedef {{ method: string, url: string, headers: Record<string, string>, body: string | null }} Call
 */

/** What is shown of an answer's body, in characters. */
const MOST_SHOWN = 50_000;

/** @type {Contract} */
let contract;

/** A key of whoever tries something, which is kept nowhere but here, and shown nowhere. */
const keyInput = /** @type {HTMLInputElement} */ (
  element('input', { type: 'password', autocomplete: 'off', placeholder: 'rc_...' })
);

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string | undefined)[]} children
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Text in which what stands between backquotes is code, as in Markdown. @param {string} text */
function prose(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}

/** What a reference of the document stands for: `#/components/schemas/Problem`. @template T @param {T & { $ref?: string }} it */
function resolve(it) {
  const [, , kind, name] = it.$ref?.split('/') ?? [];
  if (kind === undefined || name === undefined) return it;
  return /** @type {T} */ (contract.components[kind]?.[name] ?? it);
}

/** A schema in a few words. @param {Schema} schema @returns {string} */
function typeOf(schema) {
  const { $ref, type, format, pattern, enum: values, const: only, minimum, maximum, items } = schema;
  if ($ref) return $ref.split('/').at(-1) ?? '';
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (only !== undefined) return JSON.stringify(only);
  if (type === 'array') return `array of ${items ? typeOf(items) : 'anything'}`;
  const range = minimum !== undefined || maximum !== undefined ? `${minimum ?? ''} to ${maximum ?? ''}` : undefined;
  return [[type].flat().join(' | '), format, range, pattern].filter(Boolean).join(', ');
}

/** The fields of an object, and those of the objects in them. @param {Schema} schema @returns {Node | undefined} */
function fieldsOf(schema) {
  const { properties, required = [], items } = resolve(schema);
  if (!properties) return items ? fieldsOf(items) : undefined;
  const rows = Object.entries(properties).map(([name, field]) =>
    element(
      'li',
      {},
      element('code', {}, name),
      ' ',
      element('small', {}, `${typeOf(field)}${required.includes(name) ? '' : ', optional'}`),
      field.description ? element('p', {}, ...prose(field.description)) : undefined,
      fieldsOf(field),
    ),
  );
  return element('ul', { class: 'fields' }, ...rows);
}

/** A value to begin with. @param {Schema} schema @returns {unknown} */
function exampleOf(schema) {
  const { properties, examples, default: usual, format } = resolve(schema);
  if (examples?.length) return examples[0];
  if (usual !== undefined) return usual;
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, exampleOf(field)]));
  return format === 'date' ? '1990-05-17' : '';
}

/** @param {string} type @param {Schema} schema */
function bodyText(type, schema) {
  const example = Object(exampleOf(schema));
  return type === 'application/json' ? JSON.stringify(example, null, 2) : new URLSearchParams(example).toString();
}

/** @param {string} name @param {Schema} schema @param {boolean} required */
function inputFor(name, schema, required) {
  if (schema.enum) return selectOf(name, required ? schema.enum.map(String) : ['', ...schema.enum.map(String)]);
  const hint = schema.default === undefined ? '' : String(schema.default);
  const attributes = { name, placeholder: hint, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' };
  return element('input', required ? { ...attributes, required: '' } : attributes);
}

/** @param {string} name @param {string[]} values */
function selectOf(name, values) {
  return element('select', { name }, ...values.map((value) => element('option', { value }, value || 'not sent')));
}

/** @param {string} text @param {Node} input @param {string | undefined} [hint] */
function labelled(text, input, hint) {
  return element('label', {}, element('code', {}, text), input, hint ? element('small', {}, hint) : undefined);
}

/** @param {string} text */
const shellQuoted = (text) => (/^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** @param {Call} call */
function curlOf({ method, url, headers: { authorization, ...headers }, body }) {
  const parts = ['curl', ...(method === 'GET' ? [] : ['-X', method]), shellQuoted(url)];
  if (authorization) parts.push('-H', '"authorization: Bearer $KEY"');
  for (const [name, value] of Object.entries(headers)) parts.push('-H', shellQuoted(`${name}: ${value}`));
  if (body) parts.push('-d', shellQuoted(body));
  return parts.join(' ');
}

/** What the form would send. @returns {Call} @param {HTMLFormElement} form @param {string} method @param {string} path @param {Operation} operation */
function callOf(form, method, path, { parameters, security }) {
  const given = new FormData(form);
  const sent = (/** @type {string} */ name) => String(given.get(name) ?? '');
  const query = new URLSearchParams();
  /** @type {Record<string, string>} */
  const headers = {};
  let address = path;
  for (const { name, in: place } of parameters) {
    const value = sent(`${place}.${name}`);
    if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value) || `{${name}}`);
    else if (value !== '' && place === 'header') headers[name.toLowerCase()] = value;
    else if (value !== '') query.set(name, value);
  }
  const search = query.size > 0 ? `?${query.toString().replaceAll('%3A', ':')}` : '';
  if (security && keyInput.value !== '') headers.authorization = `Bearer ${keyInput.value.trim()}`;
  if (sent('accept')) headers.accept = sent('accept');
  const body = sent('body').replaceAll('\r\n', '\n');
  if (body) headers['content-type'] = sent('type');
  return { method, url: `${location.origin}${address}${search}`, headers, body: body || null };
}

/** @param {Element} output @param {Call} call */
async function send(output, { method, url, headers, body }) {
  output.replaceChildren('Waiting for the answer ...');
  try {
    const began = performance.now();
    const response = await fetch(url, { method, headers, body });
    const text = await response.text();
    const took = Math.round(performance.now() - began);
    const size = new Blob([text]).size;
    const shown = pretty(text, response.headers.get('content-type') ?? '');
    const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    output.replaceChildren(
      element(
        'p',
        {},
        element('b', { class: response.ok ? 'good' : 'bad' }, `${response.status} ${response.statusText}`),
        ` in ${took} ms, ${size} bytes${response.redirected ? `, after a redirect to ${response.url}` : ''}`,
      ),
      element('details', {}, element('summary', {}, 'Headers'), element('pre', { tabindex: '0' }, lines)),
      shown === ''
        ? element('p', {}, 'The answer has no body.')
        : element('pre', { tabindex: '0', class: 'answer' }, shown.slice(0, MOST_SHOWN)),
    );
    if (shown.length > MOST_SHOWN) output.append(element('p', {}, `The first ${MOST_SHOWN} characters are shown.`));
  } catch (error) {
    output.replaceChildren(element('p', { class: 'bad' }, `The request failed: ${Object(error).message}`));
  }
}

/** @param {string} text @param {string} type */
function pretty(text, type) {
  try {
    return /\bjson\b/.test(type) && !type.includes('ndjson') ? JSON.stringify(JSON.parse(text), null, 2) : text;
  } catch {
    return text;
  }
}

/** @param {string} method @param {string} path @param {Operation} operation */
function tryForm(method, path, operation) {
  const { parameters, requestBody, responses } = operation;
  const inputs = parameters.map(({ name, in: place, required, description, schema }) =>
    labelled(name, inputFor(`${place}.${name}`, schema, required), `in the ${place}. ${description ?? ''}`),
  );
  const types = Object.entries(responses).flatMap(([status, answer]) =>
    status < '300' ? Object.keys(resolve(answer).content ?? {}) : [],
  );
  if (types.length > 1) inputs.push(labelled('Accept', selectOf('accept', ['', ...types]), 'a header'));
  const bodies = Object.entries(requestBody?.content ?? {});
  const area = element('textarea', { name: 'body', rows: '5', spellcheck: 'false' });
  const bodyType = selectOf(
    'type',
    bodies.map(([type]) => type),
  );
  if (bodies.length > 0) inputs.push(labelled('Content-Type', bodyType, 'a header'), labelled('Body', area));
  const curl = element('pre', { tabindex: '0' });
  const output = element('div', { class: 'output', role: 'status' });
  const form = /** @type {HTMLFormElement} */ (
    element(
      'form',
      { class: 'try', 'aria-label': `Try ${method} ${path}` },
      ...inputs,
      element('button', {}, `Send ${method}`),
      element('div', { class: 'code' }, curl),
      output,
    )
  );
  const fillBody = () => {
    const type = String(Object(bodyType).value);
    const schema = requestBody?.content[type]?.schema;
    if (schema) Object(area).value = bodyText(type, schema);
  };
  const tell = () => {
    curl.textContent = curlOf(callOf(form, method, path, operation));
  };
  bodyType.addEventListener('change', fillBody);
  if (requestBody?.required) fillBody();
  else area.setAttribute('placeholder', 'not sent');
  form.addEventListener('input', tell);
  keyInput.addEventListener('input', tell);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    tell();
    void send(output, callOf(form, method, path, operation));
  });
  tell();
  return form;
}

/** @param {string} status @param {Answer} given */
function answerNode(status, given) {
  const { description, content = {}, headers = {} } = resolve(given);
  const schemas = Object.entries(content).map(([type, { schema }]) =>
    element('li', {}, element('code', {}, type), ' ', element('small', {}, typeOf(schema)), fieldsOf(schema)),
  );
  const names = Object.keys(headers).join(', ');
  return element(
    'details',
    {},
    element('summary', {}, element('b', { class: status < '400' ? 'good' : 'bad' }, status), ` ${description}`),
    schemas.length > 0 ? element('ul', { class: 'fields' }, ...schemas) : element('p', {}, 'It has no body.'),
    element('p', {}, element('small', {}, `Headers: ${names}`)),
  );
}

/** @param {string} method @param {string} path @param {Operation} operation */
function operationNode(method, path, operation) {
  const { operationId, summary, description, responses } = operation;
  const node = element(
    'details',
    { class: 'operation card', id: operationId },
    element(
      'summary',
      {},
      element('span', { class: `method ${method.toLowerCase()}` }, method),
      element('code', {}, path),
      element('span', {}, summary),
    ),
    description ? element('p', {}, ...prose(description)) : undefined,
    element('h3', {}, 'Try it'),
    tryForm(method, path, operation),
    element('h3', {}, 'Answers'),
    ...Object.entries(responses).map(([status, answer]) => answerNode(status, answer)),
  );
  return node;
}

function contractNodes() {
  const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const sections = contract.tags.flatMap(({ name, description }) => [
    element('h2', {}, `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`),
    element('p', {}, description),
    ...operations
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ method, path, operation }) => operationNode(method, path, operation)),
  ]);
  const [first = '', ...more] = contract.info.description.split('\n\n');
  return [
    element('p', { class: 'lede' }, first),
    ...more.map((text) => element('p', {}, ...prose(text))),
    element('p', {}, labelled('Key', keyInput, 'where one is asked for; it is sent with what you try here')),
    element(
      'p',
      { class: 'fine' },
      `Version ${contract.info.version}, as an `,
      element('a', { href: '/openapi.json' }, 'OpenAPI document'),
      '. What you send here is sent for real.',
    ),
    ...sections,
  ];
}

function openByHash() {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches('details')) {
    target.setAttribute('open', '');
    target.scrollIntoView();
  }
}

const place = document.querySelector('#api');
try {
  const response = await fetch('/openapi.json');
  contract = await response.json();
  place?.replaceChildren(...contractNodes());
  place?.dispatchEvent(new CustomEvent('rollcall:added', { bubbles: true }));
  openByHash();
  addEventListener('hashchange', openByHash);
} catch (error) {
  place?.append(element('p', { class: 'bad', role: 'alert' }, `It cannot be read: ${Object(error).message}`));
}
