import { createHash, timingSafeEqual } from 'node:crypto';

/** The header in which our CDN proves that a request came by way of it. */
export const CDN_SECRET_HEADER = 'x-origin-secret';

/** The variable of the environment with the secrets, commas between: the one that CloudFront sends first. */
export const CDN_SECRETS_ENV = 'ORIGIN_SECRETS';

/** Whether this is a secret of our CDN. */
export type SecretCheck = (sent: string | undefined) => boolean;

/**
 * Makes the check for some secrets, of which each is good: while they are exchanged, the old one and the new one.
 *
 * How long it takes says nothing of the secrets: digests are of one length, and each is compared, whichever matched.
 */
export function createSecretCheck(secrets: readonly string[]): SecretCheck {
  const digests = secrets.map(digestOf);
  return (sent = '') => {
    const digest = digestOf(sent);
    return digests.filter((one) => timingSafeEqual(one, digest)).length > 0;
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
