/** `npm run roll -- apply|export FILE`: sources and channels as code, so that a team keeps its roll in git. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../local/error-message.ts';
import { readArguments, refuse } from '../../local/usage.ts';
import { applyRoll } from './apply.ts';
import { createRollClient, type RollClient, RollRequestError } from './roll-client.ts';
import { formatRollFile, parseRollFile, RollFileError } from './roll-file.ts';

const USAGE = `Usage: npm run roll -- apply FILE [--dry-run] [--secrets] | export FILE
  --url URL   where Rollcall answers (http://127.0.0.1:3000)
  --key KEY   a key of the scopes read and manage; or ROLLCALL_KEY, which other users of the machine do not see
  --dry-run   says what it would change, and changes nothing
  --secrets   sends secrets that are set already, too
Secrets stand in the file as \${NAME}, and come from the environment. What the file does not name stays as it is.`;

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    key: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    secrets: { type: 'boolean', default: false },
  },
});
const [verb = '', file = '', ...rest] = positionals;
if (verb !== 'apply' && verb !== 'export') refuse(verb === '' ? 'A verb is missing' : `Unknown verb '${verb}'`, USAGE);
if (file === '' || rest.length > 0) refuse(`${verb} takes one file`, USAGE);
const url = URL.parse(values.url);
if (url?.protocol !== 'https:' && url?.protocol !== 'http:') refuse('--url must begin with https:// or http://', USAGE);

try {
  const client = createRollClient({
    url: url ?? new URL(values.url),
    key: values.key ?? process.env.ROLLCALL_KEY,
    wait,
  });
  await (verb === 'apply' ? apply(client) : save(client));
} catch (error) {
  console.error(error instanceof RollFileError ? `${file}: ${error.message}` : messageOf(error));
  process.exitCode = error instanceof RollFileError || error instanceof RollRequestError ? 2 : 1;
}

async function apply(client: RollClient): Promise<void> {
  const { 'dry-run': dryRun, secrets } = values;
  const roll = parseRollFile(readFileSync(file, 'utf8'));
  const count = await applyRoll(roll, { client, variables: process.env, secrets, dryRun, log: console.log });
  console.log(
    count === 0 ? 'Nothing to do: all is as the file says.' : `${count} ${dryRun ? 'would change' : 'changed'}.`,
  );
}

async function save(client: RollClient): Promise<void> {
  const channels = new Map((await client.channels()).map(({ name, kind, to }) => [name, { kind, to, secrets: {} }]));
  const sources = new Map();
  for (const name of await client.expectedSources()) {
    const expectation = await client.expectation(name);
    if (expectation !== undefined) sources.set(name, expectation);
  }
  writeFileSync(file, formatRollFile({ channels, sources }));
  console.log(`${file}: ${sources.size} sources, ${channels.size} channels. Secrets are named, and not in it.`);
}
