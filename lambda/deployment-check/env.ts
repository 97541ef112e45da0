import { CDN_SECRETS_ENV } from '../core/cdn-secret.ts';

/** The names of the variables that the hook reads, for whatever sets them. */
export const HOOK_ENV = {
  /** The ARN of the version that is to be tried. */
  version: 'VERSION_ARN',
  /** The same list that the function has; the first is the one that is sent. */
  originSecrets: CDN_SECRETS_ENV,
} as const;

/** What is kept of the hook's time to say how it went: without a word, CodeDeploy waits for an hour. */
export const REPORT_MS = 10_000;
