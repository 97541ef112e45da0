/** What the endpoint of metrics does. It is loaded when it is asked for. */
import { expectationOf } from '../../core/roll/expectation.ts';
import { nextDue } from '../../core/roll/judge.ts';
import type { ListedSource } from '../../core/roll/source-store.ts';
import type { Heard } from '../../core/roll/state.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { refuseQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import { type HttpResponse, respond } from '../http/response.ts';
import { rollOf } from '../sources/fields.ts';
import { stateOf } from '../sources/view.ts';
import { type MeasuredSource, openMetrics } from './openmetrics.ts';

/** The most sources that are told, worst first. */
const MOST = 1_000;
const TYPES = ['application/openmetrics-text', 'text/plain'] as const;
const VERSIONS = { 'application/openmetrics-text': '1.0.0', 'text/plain': '0.0.4' } as const;

export async function readMetrics({ request, deps }: EndpointContext): Promise<HttpResponse> {
  refuseQuery(request);
  const roll = await rollOf(deps);
  const watch = await roll.getWatch();
  const [heard, { sources, next }] = await Promise.all([
    roll.getHeard(watch),
    roll.listSources({ limit: MOST, late: watch?.late ?? [] }),
  ]);
  const now = deps.now();
  const body = openMetrics({
    sources: sources.map((source) => measured(source, heard.get(source.source), now)),
    counts: watch?.counts ?? {},
    leftOut: next !== undefined,
    watchAge: watch && now - watch.readTo,
  });
  const type = negotiate(request, TYPES);
  return respond(200, type, body, { 'content-type': `${type}; version=${VERSIONS[type]}; charset=utf-8` });
}

function measured(listed: ListedSource, heard: Heard | undefined, now: number): MeasuredSource {
  const { source, standing, lastContact, outage } = listed;
  const contacts = [lastContact, heard?.lastContact].filter((at) => at !== undefined);
  return {
    source,
    standing,
    lastContact: contacts.length === 0 ? undefined : Math.max(...contacts),
    nextDue: nextDue(expectationOf(listed.expectation), stateOf(listed), heard, now),
    running: Object.keys(heard?.runs ?? {}).length,
    outage,
  };
}
