import { isDeepStrictEqual } from 'node:util';
import { CHANNEL_NEEDS, type SecretName } from '../../lambda/core/telling/channel.ts';
import type { KnownChannel, RollClient } from './roll-client.ts';
import { type FileChannel, type RollFile, RollFileError } from './roll-file.ts';

export interface ApplyOptions {
  readonly client: RollClient;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Whether secrets are sent that are set already: they may have changed, which nobody can see. */
  readonly secrets: boolean;
  /** Whether it only says what it would do. */
  readonly dryRun: boolean;
  readonly log: (line: string) => void;
}

/**
 * Makes the roll what the file says; what it does not name stays. Applied again, it does nothing.
 *
 * @returns how much has changed, or would
 * @throws RollFileError when a variable is not set that is needed; nothing has changed then
 */
export async function applyRoll(file: RollFile, options: ApplyOptions): Promise<number> {
  const { client, dryRun, log } = options;
  const known = new Map((await client.channels()).map((channel) => [channel.name, channel]));
  // All of it is known before anything changes.
  const changes = [
    ...[...file.channels].flatMap(([name, channel]) => channelChange(name, channel, known.get(name), options) ?? []),
    ...(await sourceChanges(file, client)),
  ];
  for (const { what, make } of changes) {
    log(dryRun ? `would ${what}` : what);
    if (!dryRun) await make();
  }
  return changes.length;
}

interface Change {
  readonly what: string;
  readonly make: () => Promise<unknown>;
}

function channelChange(
  name: string,
  { kind, to, secrets }: FileChannel,
  known: KnownChannel | undefined,
  { client, variables, secrets: always }: ApplyOptions,
): Change | undefined {
  const isSame = known?.kind === kind && isDeepStrictEqual([...known.to], [...to]);
  const kept: readonly SecretName[] = known?.kind === kind ? known.secrets : [];
  const needed: readonly SecretName[] = CHANNEL_NEEDS[kind].secrets;
  const sent = needed.filter((secret) => !kept.includes(secret) || (always && secrets[secret] !== undefined));
  if (isSame && sent.length === 0) return undefined;
  const values = sent.map((secret) => {
    const variable = secrets[secret];
    if (variable === undefined) throw new RollFileError(`channels.${name}.${secret} is missing`);
    const value = variables[variable];
    if (value === undefined || value === '')
      throw new RollFileError(`channels.${name}.${secret}: ${variable} is not set`);
    return [secret, value];
  });
  const and = sent.length > 0 ? `, with its ${sent.join(' and ')}` : '';
  const body = { kind, ...(to.length > 0 && { to }), ...Object.fromEntries(values) };
  const verb = known === undefined ? 'make' : 'change';
  return { what: `${verb} the channel ${name} (${kind}${and})`, make: () => client.putChannel(name, body) };
}

async function sourceChanges({ sources }: RollFile, client: RollClient): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const [name, wanted] of sources) {
    const known = await client.expectation(name);
    if (isDeepStrictEqual(plain(known), plain(wanted))) continue;
    const make = () => client.putSource(name, wanted);
    changes.push({
      what: known === undefined ? `expect ${name}` : `change what is expected of ${name}${differences(known, wanted)}`,
      make,
    });
  }
  return changes;
}

function differences(known: object, wanted: object): string {
  const [before, after] = [new Map(Object.entries(known)), new Map(Object.entries(wanted))];
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !isDeepStrictEqual(before.get(name), after.get(name)),
  );
  const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
  return `: ${names.map((name) => `${name} ${show(before.get(name))} -> ${show(after.get(name))}`).join(', ')}`;
}

/** Without what is undefined, which JSON has not. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
