/** What stands in the addresses of sources. Each message says what is allowed. */
import * as v from 'valibot';
import { STANDINGS } from '../../core/roll/state.ts';
import type { RollStore } from '../../core/roll/store.ts';
import { NAME_ALLOWED, Name, nameWith } from '../../core/text/name.ts';
import type { Deps } from '../deps.ts';
import type { PathParams } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField } from '../http/input.ts';
import { Format, Limit } from '../lists/page-fields.ts';
import { Source } from '../timestamps/fields.ts';

const STANDING_ALLOWED = `one of ${STANDINGS.join(', ')}`;
const PREFIX_ALLOWED = `the beginning of a name: ${NAME_ALLOWED}`;
const CURSOR_ALLOWED = 'the next of another page, such as up:backup';

/** The parameters of the roll. */
export const RollFields = v.object({
  limit: Limit,
  after: v.optional(
    v.pipe(
      v.string(CURSOR_ALLOWED),
      v.regex(new RegExp(`^(?:${STANDINGS.join('|')}):[A-Za-z0-9._-]{1,64}$`), CURSOR_ALLOWED),
    ),
  ),
  standing: v.optional(v.picklist(STANDINGS, STANDING_ALLOWED)),
  tag: v.optional(Name),
  name: v.optional(nameWith(PREFIX_ALLOWED)),
  format: Format,
});

/**
 * The source of the path.
 *
 * @throws HttpError 400 if it is none
 */
export function readSource({ source }: PathParams): string {
  const result = v.safeParse(Source, source);
  if (!result.success) throw invalidField('source', source, result.issues[0].message, 'path');
  return result.output;
}

/**
 * The roll.
 *
 * @throws HttpError 404 where nobody watches
 */
export async function rollOf({ roll }: Pick<Deps, 'roll'>): Promise<RollStore> {
  if (roll === undefined) throw new HttpError(404, 'Nobody watches here: the stage is configured without a watch.');
  return roll();
}

/** The error of a change that others get ahead of, again and again. */
export function busy(source: string): HttpError {
  return new HttpError(503, `${source} is being changed by others all the time; try again.`, {
    headers: { 'retry-after': '1' },
  });
}
