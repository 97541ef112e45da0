/** The file that has a team's roll: its sources and channels, as YAML. */
import * as v from 'valibot';
import { parseDocument, stringify } from 'yaml';
import { type Expectation, ExpectationFields } from '../../lambda/core/roll/expectation.ts';
import {
  CHANNEL_KINDS,
  CHANNEL_NEEDS,
  type ChannelKind,
  ChannelName,
  type SecretName,
} from '../../lambda/core/telling/channel.ts';

/** The file, or what it refers to, is not as it must be. */
export class RollFileError extends Error {
  override readonly name = 'RollFileError';
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: people write it so.
const SECRET_ALLOWED = '${NAME}, the name of a variable of the environment: a file in git is no place for a secret';
const Secret = v.optional(v.pipe(v.string(SECRET_ALLOWED), v.regex(/^\$\{[A-Z][A-Z0-9_]*\}$/, SECRET_ALLOWED)));
const TO_ALLOWED = 'a list of addresses or numbers';
const ChannelFields = v.strictObject({
  kind: v.picklist(CHANNEL_KINDS, `one of ${CHANNEL_KINDS.join(', ')}`),
  to: v.optional(v.array(v.string(TO_ALLOWED), TO_ALLOWED), []),
  url: Secret,
  secret: Secret,
});
const NAMES_ALLOWED = 'names of sources, or of channels, each with its fields';
const File = v.strictObject({
  channels: v.optional(v.record(ChannelName, ChannelFields, NAMES_ALLOWED), {}),
  sources: v.optional(v.record(ChannelName, ExpectationFields, NAMES_ALLOWED), {}),
});

export interface FileChannel {
  readonly kind: ChannelKind;
  readonly to: readonly string[];
  /** The names of the variables that have them. */
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
}

export interface RollFile {
  readonly channels: ReadonlyMap<string, FileChannel>;
  readonly sources: ReadonlyMap<string, Expectation>;
}

/** @throws RollFileError that says where, what came and what is allowed */
export function parseRollFile(text: string): RollFile {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new RollFileError(error.message);
  // No more aliases than people write: some files are small and become large.
  const result = v.safeParse(File, document.toJS({ maxAliasCount: 100 }) ?? {});
  if (!result.success) {
    const problems = result.issues.map((issue) => {
      const path = v.getDotPath(issue) ?? 'the file';
      const isSecret = /\.(url|secret)$/.test(path);
      if (issue.type === 'strict_object') return `${path} is not known`;
      return `${path} is ${isSecret ? 'something else' : JSON.stringify(issue.input)}; it must be ${issue.message}`;
    });
    throw new RollFileError(problems.join('\n'));
  }
  const { channels, sources } = result.output;
  return {
    sources: new Map(Object.entries(sources)),
    channels: new Map(
      Object.entries(channels).map(([name, { kind, to, url, secret }]) => {
        const secrets = { ...(url && { url: url.slice(2, -1) }), ...(secret && { secret: secret.slice(2, -1) }) };
        return [name, { kind, to, secrets }];
      }),
    ),
  };
}

/** A file that says what there is; secrets as variables that are still to be set. */
export function formatRollFile({ channels, sources }: RollFile): string {
  const channelsByName = [...channels].map(([name, { kind, to }]) => {
    const variable = name
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, '_')
      .replace(/^(?=[^A-Z])/, 'C');
    const needed: readonly SecretName[] = CHANNEL_NEEDS[kind].secrets;
    const secrets = needed.map((secret) => [secret, `\${${variable}_${secret.toUpperCase()}}`]);
    return [name, { kind, ...(to.length > 0 && { to }), ...Object.fromEntries(secrets) }];
  });
  return stringify({
    channels: Object.fromEntries(channelsByName),
    sources: Object.fromEntries([...sources].map(([name, one]) => [name, withoutDefaults(one)])),
  });
}

const BARE = v.parse(ExpectationFields, {});

/** What somebody would have to write. */
function withoutDefaults(expectation: Expectation): object {
  const defaults = new Map(Object.entries(BARE).map(([name, value]) => [name, JSON.stringify(value)]));
  return Object.fromEntries(
    Object.entries(expectation).filter(([name, value]) => defaults.get(name) !== JSON.stringify(value)),
  );
}
