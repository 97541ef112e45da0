/** The roll of a deployment, or of `npm start`, over HTTP. */
import * as v from 'valibot';
import { type Expectation, ExpectationFields } from '../../lambda/core/roll/expectation.ts';
import { CHANNEL_KINDS, type SecretName } from '../../lambda/core/telling/channel.ts';

/** The other side did not do as it was asked. */
export class RollRequestError extends Error {
  override readonly name = 'RollRequestError';
}

const Problem = v.object({ detail: v.string() });
const Source = v.object({ source: v.string(), expectation: v.optional(ExpectationFields) });
const SourcePage = v.object({
  items: v.array(v.object({ source: v.string(), every: v.optional(v.string()), cron: v.optional(v.string()) })),
  next: v.nullable(v.string()),
});
const ChannelPage = v.object({
  items: v.array(
    v.object({
      name: v.string(),
      kind: v.picklist(CHANNEL_KINDS),
      to: v.optional(v.array(v.string()), []),
      secrets: v.array(v.picklist(['url', 'secret'] satisfies SecretName[])),
    }),
  ),
});
export type KnownChannel = v.InferOutput<typeof ChannelPage>['items'][number];

const TIMEOUT_MS = 30_000;
/** Half of the channels that people make have secrets, and the key that seals them may still be in the making. */
const TRIES = 5;

export interface ClientOptions {
  readonly url: URL;
  /** @default - it asks for none */
  readonly key?: string | undefined;
  readonly wait: (ms: number) => Promise<unknown>;
}

export type RollClient = ReturnType<typeof createRollClient>;

export function createRollClient({ url, key, wait }: ClientOptions) {
  /** @returns the body as JSON; undefined for what is not there */
  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          accept: 'application/json',
          ...(key && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.ok) return response.status === 204 ? undefined : response.json();
      if (response.status === 503 && attempt < TRIES) {
        await wait(1000 * Number(response.headers.get('retry-after') ?? 1));
        continue;
      }
      const text = await response.text();
      if (response.status === 404 && method === 'GET' && path !== '/channels') return undefined;
      const problem = v.safeParse(v.pipe(v.string(), v.parseJson(), Problem), text);
      throw new RollRequestError(
        `${method} ${path}: ${response.status} ${problem.success ? problem.output.detail : ''}`,
      );
    }
  }

  return {
    async channels(): Promise<readonly KnownChannel[]> {
      return v.parse(ChannelPage, await ask('GET', '/channels')).items;
    },

    /** What is expected of a source; undefined if nothing is. */
    async expectation(source: string): Promise<Expectation | undefined> {
      const answer = await ask('GET', `/sources/${source}`);
      return answer === undefined ? undefined : v.parse(Source, answer).expectation;
    },

    /** The names of all sources of which something is expected. */
    async expectedSources(): Promise<readonly string[]> {
      const names: string[] = [];
      let after = '';
      for (;;) {
        const { items, next } = v.parse(SourcePage, await ask('GET', `/sources?limit=1000${after}`));
        names.push(
          ...items.filter(({ every, cron }) => every !== undefined || cron !== undefined).map(({ source }) => source),
        );
        if (next === null) return names.toSorted();
        after = `&after=${encodeURIComponent(next)}`;
      }
    },

    putChannel: (name: string, body: unknown) => ask('PUT', `/channels/${name}`, body),
    putSource: (name: string, body: unknown) => ask('PUT', `/sources/${name}`, body),
  };
}
