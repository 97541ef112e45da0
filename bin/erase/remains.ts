import type { StageConfig } from '../../lib/config/read-stage.ts';
import type { Subject } from '../records/scan-matches.ts';

const DAY_MS = 86_400_000;
/** How long what was told is kept. */
const NOTICE_DAYS = 90;

/**
 * What an erasure does not reach, and until when it is there: one line each.
 *
 * @param stage undefined for the store of this machine
 * @param now milliseconds since the Unix epoch
 * @param isWatched whether there is a roll
 */
export function describeRemains(
  { kind, name }: Subject,
  stage: StageConfig | undefined,
  now: number,
  isWatched: boolean,
): string[] {
  const until = (days: number) => new Date(now + days * DAY_MS).toISOString().slice(0, 10);
  const everywhere = [
    'Notes that mention it in other records, exports, and mails that were sent: no program finds those.',
    ...(kind === 'person'
      ? [
          `Keys of that name: npm run keys -- revoke --name ${name}. The name of a key that is revoked stays in the table.`,
        ]
      : []),
    ...(isWatched && kind !== 'address'
      ? [
          'What a tick of the watch knows that is under way: it may write an outage anew. Look again in two minutes.',
          `Notices that were composed, with the names of sources: until ${until(NOTICE_DAYS)}.`,
        ]
      : []),
  ];
  if (stage === undefined)
    return ['What this machine keeps of its own: backups of the folder, and logs of the server.', ...everywhere];
  const { backupDays, recoveryDays, logRetentionDays, accessLogRetentionDays, front } = stage;
  return [
    `Point-in-time recovery, from which a table can be restored as it was: until ${until(recoveryDays)}. Erase again after a restore.`,
    ...(backupDays === undefined ? [] : [`Backups in the vault of AWS Backup: until ${until(backupDays)}.`]),
    `Access logs of the ${front === 'alb' ? 'load balancer and of CloudFront' : 'HTTP API and of CloudFront'}, with addresses and queries: until ${until(Math.max(accessLogRetentionDays, logRetentionDays))}.`,
    `Logs of the functions and of the network, with the names of sources: until ${until(logRetentionDays)}.`,
    ...everywhere,
  ];
}
