/** What the endpoints of badges do. It is loaded when one of them is asked for. */
import * as v from 'valibot';
import type { Standing } from '../../core/roll/state.ts';
import { NAME_ALLOWED, Name } from '../../core/text/name.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField } from '../http/input.ts';
import { type HttpResponse, respond } from '../http/response.ts';
import { readSource, rollOf } from '../sources/fields.ts';
import { badgeOf } from './badge.ts';

/** The most sources that are counted for one badge. */
const MOST = 1_000;

export async function sourceBadge({ deps, params }: EndpointContext): Promise<HttpResponse> {
  const source = readSource(params);
  const roll = await rollOf(deps);
  const [state, watch] = await Promise.all([roll.getSource(source), roll.getWatch()]);
  if (state === undefined) throw new HttpError(404, `${source} was never heard, and nothing is expected of it.`);
  const standing = state.standing === 'up' && watch?.late.includes(source) ? 'late' : state.standing;
  return respond(200, 'image/svg+xml', badgeOf(source, standing, standing));
}

export async function tagBadge({ deps, params: { tag = '' } }: EndpointContext): Promise<HttpResponse> {
  if (!v.is(Name, tag)) throw invalidField('tag', tag, NAME_ALLOWED, 'path');
  const roll = await rollOf(deps);
  const watch = await roll.getWatch();
  const { sources } = await roll.listSources({ tag, limit: MOST, late: watch?.late ?? [] });
  if (sources.length === 0) throw new HttpError(404, `No source has the tag ${tag}.`);
  // Worst first.
  const worst: Standing = sources[0]?.standing ?? 'unwatched';
  const count = sources.filter(({ standing }) => standing === worst).length;
  return respond(200, 'image/svg+xml', badgeOf(tag, `${count} of ${sources.length} ${worst}`, worst));
}
