import { parseArgs } from 'node:util';
import { FRONTS, type FrontName } from './fronts/fronts.ts';
import { UsageError, usageProblem } from './usage.ts';

/** The front of the function. */
export interface StartOptions {
  readonly front: FrontName;
  /** Whether CloudFront stands before that. */
  readonly cdn: boolean;
}

const CALL = `npm start -- [--front ${FRONTS.join('|')}] [--cdn]`;

/** How `npm start` is called. */
export const USAGE = `Usage: ${CALL}
  --front NAME  what stands in front of the function, as in a stage: ${FRONTS.join(' or ')} (${FRONTS[0]})
  --cdn         CloudFront before that

Environment:
  PORT               the port that it listens on (3000)
  HOST               the address that it listens on (127.0.0.1); 0.0.0.0 or :: for all of this machine
  TRUSTED_PROXIES    addresses and networks whose X-Forwarded-For and -Proto count, with commas between (none)
  LOG_LEVEL          INFO, WARN or ERROR: what is logged of requests (INFO)
  DATA_DIR           where the embedded store keeps its data, and telling its key and mails (.rollcall); :memory: keeps nothing
  DYNAMODB_ENDPOINT  another store, such as DynamoDB Local
  TIMESTAMPS_TABLE, PEOPLE_TABLE, AWS_REGION
                     real tables, with the credentials of AWS_PROFILE; with ACCESS=keys also KEYS_TABLE
  ACCESS             open, or keys: who may call (open)
  OIDC               with ACCESS=keys, an identity provider: {"issuer", "clientId", "allow", "scopes"} as JSON
  ALLOWED_HOSTS      names beside localhost by which it is reached, with commas between
  CORS_ORIGINS       the origins whose pages may use the API, with commas between
  WATCH              on, or off: whether silence is noticed (on); never with real tables
  SMTP_URL, MAIL_FROM
                     where mails go, such as smtp://127.0.0.1:1025, and from whom (into files beside the data)
  PAGES_URL          where links in messages lead (the address that it answers on)
  DEFAULT_CHANNELS   the channels of sources that name none, with commas between (all of them)
  ZONE               the time zone of the mornings on which reports are sent (UTC)
  ALLOW_PRIVATE      1 lets channels lead to this machine and to private networks
  TRUST_CLOCK        1 starts it though its clock is behind the newest record`;

/**
 * Reads the flags of `npm start`.
 *
 * @throws UsageError that says which flag is wrong, and which there are
 */
export function parseOptions(args: readonly string[]): StartOptions {
  const { front: name, cdn } = parse(args);
  const front = FRONTS.find((known) => known === name);
  if (front === undefined) throw new UsageError(`--front is "${name}"; it must be ${FRONTS.join(' or ')}`);
  return { front, cdn };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { front: { type: 'string', default: FRONTS[0] }, cdn: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw new UsageError(`${usageProblem(error)}; the flags are ${CALL}`);
  }
}
