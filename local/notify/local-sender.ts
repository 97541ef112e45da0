/** What sends on one machine: what Lambda runs, on a timer instead of a stream. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { createCoreDeps } from '../../lambda/core/deps.ts';
import { createDynamoClient } from '../../lambda/core/dynamo/client.ts';
import { CORE_ENV, CORE_FIELDS, parseTableNames, parseVariables, type Variables } from '../../lambda/core/env.ts';
import { TELLING_ENV, TELLING_FIELDS } from '../../lambda/core/telling/env.ts';
import { createTellingStore } from '../../lambda/core/telling/store.ts';
import { createPost } from '../../lambda/notify/http/post.ts';
import { createNotifier } from '../../lambda/notify/notifier.ts';
import { createSealingKey } from '../../lambda/notify/sealing-key.ts';
import { MAIL_FROM } from '../../lambda/notify/send-env.ts';
import { createMailSender } from '../../lambda/notify/senders/mail.ts';
import { createSlackSender } from '../../lambda/notify/senders/slack.ts';
import { createSmsSender } from '../../lambda/notify/senders/sms.ts';
import { createWebhookSender } from '../../lambda/notify/senders/webhook.ts';
import { messageOf } from '../error-message.ts';
import { createFileKeeper, createMemoryKeeper } from './file-keeper.ts';
import { createFileMailer, createSmtpMailer, writeText } from './mailers.ts';

/** How often it looks for what waits, in milliseconds: half of that is how long a notice waits. */
const EVERY_MS = 1_000;

/** The names of the variables, for whoever is told of them. */
export const SENDER_ENV = {
  ...CORE_ENV,
  ...TELLING_ENV,
  smtpUrl: 'SMTP_URL',
  mailFrom: 'MAIL_FROM',
  allowPrivate: 'ALLOW_PRIVATE',
} as const;

const SMTP_ALLOWED = 'an address such as smtp://127.0.0.1:1025 or smtps://user:password@mail.example.com';
const FROM_ALLOWED = 'an address such as rollcall@example.com, or Rollcall <rollcall@example.com>';
const FIELDS = {
  ...CORE_FIELDS,
  ...TELLING_FIELDS,
  /** Where mails go. @default - into files */
  smtpUrl: v.optional(v.pipe(v.string(SMTP_ALLOWED), v.regex(/^smtps?:\/\/[^/]/, SMTP_ALLOWED))),
  mailFrom: v.optional(
    v.pipe(v.string(FROM_ALLOWED), v.regex(MAIL_FROM, FROM_ALLOWED)),
    'Rollcall <rollcall@localhost.localdomain>',
  ),
  /** Whether channels may lead to this machine and to private networks. */
  allowPrivate: v.optional(v.picklist(['1'], '1, or not set')),
};

export interface LocalSender {
  /** Where mails go, for people. */
  readonly mails: string;
  /** Ends after what is being sent. */
  readonly stop: () => Promise<void>;
}

export interface LocalSenderOptions {
  readonly variables: Variables;
  /** The data folder; undefined where nothing is kept. */
  readonly folder: string | undefined;
  readonly log: (line: string) => void;
}

/** @throws EnvError that names the variable, what came (unless it is secret) and what is allowed */
export function startSender({ variables, folder, log: complain }: LocalSenderOptions): LocalSender {
  const env = parseVariables(FIELDS, SENDER_ENV, variables, SENDER_ENV.smtpUrl);
  const { roll: tableName } = parseTableNames('send', variables);
  const core = createCoreDeps(env);
  const { now } = core;
  const store = createTellingStore({ client: createDynamoClient(env), tableName });
  const mailFolder = join(folder ?? '.rollcall', 'mail');
  const mailer = env.smtpUrl === undefined ? createFileMailer(mailFolder) : createSmtpMailer(env.smtpUrl);
  const post = createPost({ allowPrivate: env.allowPrivate !== undefined });
  const keeper = folder === undefined ? createMemoryKeeper() : createFileKeeper(folder);
  const privateKey = createSealingKey(keeper, store.channels);
  const notify = createNotifier({
    ...core,
    ...store,
    privateKey,
    baseUrl: env.baseUrl,
    defaults: env.defaultChannels,
    senders: {
      mail: createMailSender({ mailer, from: env.mailFrom }),
      slack: createSlackSender({ post, now }),
      webhook: createWebhookSender({ post, now }),
      // Nobody on one machine sends SMS: they lie beside the mails.
      sms: createSmsSender(writeText(mailFolder)),
    },
  });

  const stopped = new AbortController();
  const { signal } = stopped;
  const busy = new Map<string, Promise<void>>();
  /** Sends through one channel, unless that goes on already: whoever hangs holds up nobody else. */
  const start = (name: string) => {
    if (busy.has(name)) return;
    const sending = notify(name)
      .catch((error: unknown) => complain(`The channel ${name} failed, and is tried again: ${messageOf(error)}`))
      .finally(() => busy.delete(name));
    busy.set(name, sending);
  };
  const run = async () => {
    let failed = false;
    while (!signal.aborted) {
      try {
        await privateKey();
        for (const { name } of await store.channels.list()) start(name);
        failed = false;
      } catch (error) {
        if (!failed) complain(`Nobody can be told at the moment: ${messageOf(error)}`);
        failed = true;
      }
      await setTimeout(EVERY_MS, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    mails: env.smtpUrl === undefined ? mailFolder : 'by SMTP',
    stop: async () => {
      stopped.abort();
      await running;
      await Promise.all(busy.values());
    },
  };
}
