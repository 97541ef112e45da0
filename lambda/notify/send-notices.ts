import * as v from 'valibot';
import { KEY_WANTED, NOTICE_PREFIX } from '../core/telling/notice.ts';
import type { SendDeps } from './send-deps.ts';

/** Records of a stream of DynamoDB (developer guide, "DynamoDB Streams and Lambda triggers"), as far as they are read. */
export const StreamEvent = v.object({
  Records: v.array(v.object({ dynamodb: v.object({ Keys: v.object({ pk: v.object({ S: v.string() }) }) }) })),
});

/**
 * Sends what waits in the channels that a batch of the stream names: each channel by itself, whatever becomes of the others.
 *
 * @throws AggregateError when some could not be read or settled, so that Lambda tries the batch again
 */
export async function sendNotices(
  { notify, ensureKey }: SendDeps,
  event: v.InferOutput<typeof StreamEvent>,
): Promise<number> {
  const partitions = new Set(event.Records.map(({ dynamodb }) => dynamodb.Keys.pk.S));
  const work = [...partitions].filter((pk) => pk.startsWith(NOTICE_PREFIX));
  const results = await Promise.allSettled(
    work.map((pk) => (pk === KEY_WANTED ? ensureKey() : notify(pk.slice(NOTICE_PREFIX.length)))),
  );
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${work.length} channels failed`);
  return work.length;
}
