import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { type CoreDeps, createCoreDeps } from '../core/deps.ts';
import { createDynamoClient } from '../core/dynamo/client.ts';
import { createChannelStore } from '../core/telling/channel-store.ts';
import { createNoticeStore } from '../core/telling/notice-store.ts';
import { createPost } from './http/post.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { createSealingKey } from './sealing-key.ts';
import type { SendEnv } from './send-env.ts';
import { createMailSender } from './senders/mail.ts';
import { createSesMailer } from './senders/ses-mailer.ts';
import { createSlackSender } from './senders/slack.ts';
import { createSmsSender, createSnsTexter } from './senders/sms.ts';
import { createWebhookSender } from './senders/webhook.ts';
import { createSsmKeeper } from './ssm-keeper.ts';

export interface SendDeps extends CoreDeps {
  readonly notify: Notifier;
  /** Makes the key that secrets are sealed with, if there is none. */
  readonly ensureKey: () => Promise<unknown>;
}

/** One try is cut off after this, in milliseconds; the SDK makes one more. */
const AWS_LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
};

/** Builds the clients, once for the life of the process. */
export function createSendDeps(env: SendEnv): SendDeps {
  const core = createCoreDeps(env);
  const { now } = core;
  const store = { client: createDynamoClient(env), tableName: env.tables.roll };
  const [channels, notices] = [createChannelStore(store), createNoticeStore(store)];
  const aws = { region: env.region, credentials: fromEnv(), ...AWS_LIMITS };
  const privateKey = createSealingKey(createSsmKeeper(new SSMClient(aws), env.keyParameter), channels);
  const post = createPost({ allowPrivate: false });
  const { mailFrom: from, defaultChannels, baseUrl } = env;
  const notify = createNotifier({
    ...core,
    channels,
    notices,
    privateKey,
    baseUrl,
    defaults: defaultChannels,
    senders: {
      ...(from !== undefined && { mail: createMailSender({ mailer: createSesMailer(new SESv2Client(aws)), from }) }),
      slack: createSlackSender({ post, now }),
      webhook: createWebhookSender({ post, now }),
      ...(env.sms && { sms: createSmsSender(createSnsTexter(new SNSClient(aws))) }),
    },
  });
  return { ...core, notify, ensureKey: privateKey };
}
