/** The environment of the function that answers HTTP. */
import * as v from 'valibot';
import { PROVIDER_ENV } from '../core/access/provider-env.ts';
import { CDN_SECRETS_ENV } from '../core/cdn-secret.ts';
import { TABLES, type TableOf } from '../core/dynamo/tables.ts';
import {
  CORE_ENV,
  CORE_FIELDS,
  list,
  parseTableNames,
  parseVariables,
  type Variables,
  wholeNumber,
} from '../core/env.ts';
import { MAX_SHARDS } from '../core/timestamps/timestamp-id.ts';
import { CLIENT_IP_MODES } from './http/caller-address.ts';

/** Who may call: everybody, or who has a key. */
export const ACCESS_MODES = ['open', 'keys'] as const;
export type AccessMode = (typeof ACCESS_MODES)[number];
const ACCESS_ALLOWED = `one of ${ACCESS_MODES.join(', ')}`;

const CLIENT_IP_ALLOWED = `one of ${CLIENT_IP_MODES.join(', ')}`;

/** An origin of a scheme of its own, as apps and extensions of browsers have it: `tauri://localhost`. */
const APP_ORIGIN =
  /^(?!https?:|wss?:|ftp:|file:|javascript:|data:)[a-z][a-z0-9+.-]*:\/\/(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
/** What a Host header may hold beside a port, as browsers send it. */
const HOST = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])$/;
const HOSTS_ALLOWED = 'hosts such as rollcall.example.com, in lower case, without ports, with commas between';
const ORIGINS_ALLOWED = 'origins such as https://app.example.com, with commas between';

/** Long enough not to be guessed, and of what a header may hold; printed nowhere. */
const SECRET = /^[\w!#$%&'*+.^`|~=/-]{16,256}$/;
const SECRETS_ALLOWED = 'one or two secrets of 16 to 256 characters, with a comma between';

/** A century: beyond it, for ever is what was meant. */
export const MAX_RETENTION_DAYS = 36_500;

/** The names of the variables, for whatever sets them; those of tables are in the registry of tables. */
export const ENV = {
  ...CORE_ENV,
  access: 'ACCESS',
  oidc: PROVIDER_ENV,
  shards: 'SHARDS',
  readShards: 'READ_SHARDS',
  retentionDays: 'RETENTION_DAYS',
  corsOrigins: 'CORS_ORIGINS',
  allowedHosts: 'ALLOWED_HOSTS',
  originSecrets: CDN_SECRETS_ENV,
  clientIp: 'CLIENT_IP',
  allowPrivate: 'ALLOW_PRIVATE',
} as const;

const FIELDS = {
  ...CORE_FIELDS,
  /** Whether callers need a key. */
  access: v.optional(v.picklist(ACCESS_MODES, ACCESS_ALLOWED), 'open'),
  /** Who vouches for people and workloads, where callers need a name. It is parsed when the first of them comes. */
  oidc: v.optional(v.string()),
  /** How many shards the timestamps are spread over; it may only grow. */
  shards: v.optional(wholeNumber(1, MAX_SHARDS), '4'),
  /** How many shards are read, if more than that: the first step of a growth (docs/scale.md). */
  readShards: v.optional(wholeNumber(1, MAX_SHARDS)),
  /** How many days a timestamp is kept; without it, for ever. */
  retentionDays: v.optional(wholeNumber(1, MAX_RETENTION_DAYS)),
  /** The origins whose pages may use the API, with commas between. */
  corsOrigins: list(isOrigin, ORIGINS_ALLOWED),
  /** The hosts that are answered, with commas between; without any, all are: what stands in front knows its own. */
  allowedHosts: list((text) => HOST.test(text), HOSTS_ALLOWED),
  /** Of which requests must carry one; without any, the function answers whoever reaches it. */
  originSecrets: v.pipe(
    list((text) => SECRET.test(text), SECRETS_ALLOWED),
    v.maxLength(2, SECRETS_ALLOWED),
  ),
  /** How much of the clients' addresses is stored and logged. */
  clientIp: v.optional(v.picklist(CLIENT_IP_MODES, CLIENT_IP_ALLOWED), 'full'),
  /** Whether channels may lead to addresses of this machine and of private networks, for `npm start`. */
  allowPrivate: v.optional(v.picklist(['1'], '1, or not set')),
};

/**
 * Whether this is an origin as browsers send it (HTML Standard, "Origin"): no path and no trailing slash, in lower case,
 * without the port that goes without saying, an IPv6 address in its shortest form. Written otherwise it would match nothing.
 * Not `null`: it is what every sandboxed page and every file sends, whoever wrote it.
 */
export function isOrigin(text: string): boolean {
  // A star is a name that nobody has, and matches nothing.
  if (/^https?:/.test(text)) return !text.includes('*') && URL.canParse(text) && new URL(text).origin === text;
  return APP_ORIGIN.test(text);
}

/** The environment, parsed. */
export type Env = Readonly<v.InferOutput<v.ObjectSchema<typeof FIELDS, undefined>>> & {
  /** The names of the tables; that of the keys only where callers need one, and that of the roll only where there is a watch. */
  readonly tables: Readonly<
    Record<TableOf<'api'>, string> & Partial<Record<TableOf<'access'> | TableOf<'roll'>, string>>
  >;
};

/**
 * Parses the environment, once, at start.
 *
 * @throws EnvError that names the variable, what came (unless it is secret) and what is allowed
 */
export function parseEnv(variables: Variables): Env {
  const fields = parseVariables(FIELDS, ENV, variables, ENV.originSecrets);
  const has = { access: fields.access !== 'open', roll: Boolean(variables[TABLES.roll.env]?.trim()) };
  const tables = {
    ...parseTableNames('api', variables),
    ...(has.access && parseTableNames('access', variables)),
    ...(has.roll && parseTableNames('roll', variables)),
  };
  return { ...fields, tables };
}
