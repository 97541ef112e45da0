/**
 * `npm run keys -- create|list|rotate|revoke`: the keys of a stage, or of this machine. A key is printed once, by itself,
 * and is nowhere else; what else there is to say goes beside it.
 */
import type { StoredKey } from '../../lambda/core/access/key-store.ts';
import { messageOf } from '../../local/error-message.ts';
import { answerHelp } from '../../local/usage.ts';
import { createKeyTable, isGood, KeyError, type MadeKey } from './key-table.ts';
import { openLocalTable, openTableOf } from './open-table.ts';
import { type Command, parseCommand, USAGE, UsageError } from './options.ts';

const now = () => Math.floor(Date.now() / 1000);
const timeOf = (seconds: number | undefined) =>
  seconds === undefined ? 'never' : new Date(seconds * 1000).toISOString().replace('.000', '');

function stateOf(key: StoredKey): string {
  if (key.revokedAt !== undefined) return `revoked ${timeOf(key.revokedAt)}`;
  return isGood(key, now()) ? 'good' : 'expired';
}

function describe({ stored: { name, scopes, sources, expiresAt } }: MadeKey): string {
  const spoken = sources === undefined ? 'any source' : sources.join(', ');
  return `The key of ${name}: ${scopes.join(', ')}; speaks for ${spoken}; expires ${timeOf(expiresAt)}.`;
}

async function run(command: Command): Promise<void> {
  const { client, tableName, place, close } = await (command.stage === undefined
    ? openLocalTable()
    : openTableOf(command.stage));
  console.error(`Keys in ${place}`);
  const table = createKeyTable({ client, tableName, now });
  const handOver = (made: MadeKey) => {
    console.error(`${describe(made)} It is printed this once:`);
    console.log(made.text);
  };
  try {
    switch (command.verb) {
      case 'create':
        handOver(await table.create(command));
        break;
      case 'rotate':
        handOver(await table.rotate(command));
        console.error(`The keys before are good until ${timeOf(now() + command.overlap)}, or their own end.`);
        break;
      case 'revoke':
        console.error(`Revoked: ${await table.revoke(command.name)}. All instances refuse it within 30 seconds.`);
        break;
      case 'list':
        for (const key of await table.list()) {
          const { sk: id, name, scopes, sources = ['*'], createdAt, expiresAt } = key;
          const times = [timeOf(createdAt), timeOf(expiresAt)];
          console.log([name, id, scopes.join(','), sources.join(','), ...times, stateOf(key)].join('\t'));
        }
    }
  } finally {
    await close();
  }
}

answerHelp(USAGE);
try {
  await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? `${messageOf(error)}\n${USAGE}` : messageOf(error));
  process.exitCode = isUsage || error instanceof KeyError ? 2 : 1;
}
