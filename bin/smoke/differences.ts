import type { Reply } from './exchange.ts';

/** The differences from what is expected: a line each. */
export type Differences = readonly string[];

/** On every answer of the function. */
const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
};
/** Half a year: less than that is not worth much (hstspreload.org asks for a year). */
const MIN_HSTS_SECONDS = 15_768_000;

export function same(what: string, came: unknown, expected: unknown): Differences {
  return came === expected ? [] : [`${what} is ${shown(came)}, not ${shown(expected)}`];
}

export function matching(what: string, came: string | undefined, expected: RegExp): Differences {
  return came !== undefined && expected.test(came) ? [] : [`${what} is ${shown(came)}; it does not match ${expected}`];
}

/** Status and type of an answer, and the headers that guard it. */
export function answer(reply: Reply, status: number, type?: string, isHttps = false): Differences {
  const { headers } = reply;
  const guards = Object.entries(HEADERS).flatMap(([name, value]) => same(name, headers[name], value));
  return [
    ...(reply.status === status ? [] : [`the status is ${reply.status}, not ${status}: ${shown(reply.text)}`]),
    ...(type === undefined ? [] : same('content-type', headers['content-type']?.split(';')[0], type)),
    ...guards,
    ...(type === 'text/html' ? pagePolicy(headers['content-security-policy']) : []),
    ...(isHttps ? strictTransport(headers['strict-transport-security']) : []),
  ];
}

/** The policy of pages: what they may load is listed, and nothing may frame them. */
function pagePolicy(policy: string | string[] | undefined): Differences {
  const directives = String(policy ?? '')
    .split(';')
    .map((directive) => directive.trim());
  const needed = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];
  return needed
    .filter((directive) => !directives.includes(directive))
    .map((directive) => `content-security-policy lacks ${directive}: it is ${shown(policy)}`);
}

function strictTransport(value: string | undefined): Differences {
  const [, seconds = '0'] = /^max-age=(\d+)/.exec(value ?? '') ?? [];
  if (Number(seconds) >= MIN_HSTS_SECONDS) return [];
  return [`strict-transport-security is ${shown(value)}; it must have a max-age of at least ${MIN_HSTS_SECONDS}`];
}

/** On one line, and not too much of it. */
function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
