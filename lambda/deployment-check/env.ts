import { CDN_SECRETS_ENV } from '../core/cdn-secret.ts';

/** The names of the variables that the deployment check reads, for whatever sets them. */
export const CHECK_ENV = {
  /** The ARN of the version that is to be tried. */
  version: 'VERSION_ARN',
  /** The same list that the function has; the first is the one that is sent. */
  originSecrets: CDN_SECRETS_ENV,
} as const;

/** The time that the check keeps to say how it went: without a word, CodeDeploy waits for an hour. */
export const REPORT_MS = 10_000;
