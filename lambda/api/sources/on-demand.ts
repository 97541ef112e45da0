/** What the endpoints of sources do. It is loaded when one of them is asked for: it knows schedules and time zones. */
import { ExpectationFields, expectationOf } from '../../core/roll/expectation.ts';
import { fold } from '../../core/roll/heard.ts';
import { ROLLCALL } from '../../core/roll/items.ts';
import * as requests from '../../core/roll/requests.ts';
import { checkSchedule } from '../../core/roll/schedule.ts';
import type { Heard, SourceState } from '../../core/roll/state.ts';
import { jsonText } from '../../core/text/visible-text.ts';
import type { TimestampRecord } from '../../core/timestamps/record.ts';
import { requireSource } from '../access/admit.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, readForm, readJson, refuseQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import { originOf } from '../http/own-address.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { rowText } from '../lists/table.ts';
import { busy, readSource, rollOf } from './fields.ts';
import { expectationPage } from './pages/expectation-form.ts';
import { showSource } from './pages/show-source.ts';
import { ExpectationForm, readTyped } from './pages/typed-expectation.ts';
import { type SourceView, TEXT_COLUMNS, viewOf } from './view.ts';

const TYPES = ['application/json', 'text/html', 'text/plain'] as const;
/** The name stands for Rollcall itself, of which nobody can expect anything. */
const OTHERS_ALLOWED = `any name but ${ROLLCALL}, which is Rollcall's own`;
/** How many records tell of the last runs. */
const RECENT = 100;
/** How often somebody else may change a source between our look at it and our write. */
const ATTEMPTS = 5;

export async function get(context: EndpointContext): Promise<HttpResponse> {
  const { request, params } = context;
  const inBrowser = negotiate(request, TYPES) === 'text/html';
  if (!inBrowser) refuseQuery(request);
  const known = await look(context);
  if (known !== undefined) return answer(context, known);
  const source = readSource(params);
  if (inBrowser) return expectationPage(source, 404);
  throw unknown(source);
}

export async function expect(context: EndpointContext): Promise<HttpResponse> {
  const { request, deps } = context;
  negotiate(request, TYPES);
  const source = manageable(context);
  if (source === ROLLCALL) throw invalidField('source', source, OTHERS_ALLOWED, 'path');
  const expectation = readJson(request, ExpectationFields);
  const fault = checkSchedule(expectation);
  if (fault) throw invalidField(fault.field, faultyPart(expectation, fault.field), fault.allowed, 'body');
  await change(context, source, (state) => requests.expect(state, source, expectation, deps.now()));
  return answer(context, await read(context));
}

export async function expectByForm(context: EndpointContext): Promise<HttpResponse> {
  const { request, deps } = context;
  const type = negotiate(request, TYPES);
  const source = manageable(context);
  if (source === ROLLCALL) throw invalidField('source', source, OTHERS_ALLOWED, 'path');
  const typed = readForm(request, ExpectationForm);
  const read = readTyped(typed);
  if ('faults' in read) {
    if (type === 'text/html') return expectationPage(source, 400, typed, read.faults);
    const [{ field, allowed }] = read.faults;
    throw invalidField(field, typed[field], allowed, 'body');
  }
  await change(context, source, (state) => requests.expect(state, source, read.expectation, deps.now()));
  return goOn(context);
}

export async function unexpectByForm(context: EndpointContext): Promise<HttpResponse> {
  negotiate(context.request, TYPES);
  await unexpect(context);
  return goOn(context);
}

export async function unexpect(context: EndpointContext): Promise<HttpResponse> {
  refuseQuery(context.request);
  const source = manageable(context);
  await known(context, source);
  await change(context, source, (state) => requests.unexpect(state, askedBy(context)));
  return respondEmpty(204);
}

export async function pause(context: EndpointContext): Promise<HttpResponse> {
  return turn(context, requests.pause);
}

export async function resume(context: EndpointContext): Promise<HttpResponse> {
  return turn(context, requests.resume);
}

async function turn(context: EndpointContext, request: typeof requests.pause): Promise<HttpResponse> {
  negotiate(context.request, TYPES);
  refuseQuery(context.request);
  const source = manageable(context);
  const { expectation } = await known(context, source);
  if (expectation === undefined) {
    throw new HttpError(
      409,
      `Nothing is expected of ${source}: PUT /sources/${source} says how often it should answer.`,
    );
  }
  await change(context, source, (state) => request(state, askedBy(context)));
  return goOn(context);
}

/** Browsers go on to the page of the source; programs are told how it stands. */
async function goOn(context: EndpointContext): Promise<HttpResponse> {
  const { request, params } = context;
  if (negotiate(request, TYPES) === 'text/html') {
    return respondEmpty(303, { location: `/sources/${readSource(params)}` });
  }
  return answer(context, await read(context));
}

/** The source of the path, for whoever may speak for it. @throws HttpError 400, 403 */
function manageable({ params, principal }: EndpointContext): string {
  const source = readSource(params);
  requireSource(principal, source);
  return source;
}

function askedBy({ deps, request }: EndpointContext): requests.Asked {
  return { at: deps.now(), tick: `r-${request.requestId}` };
}

/** @throws HttpError 404 for a source that was never heard and of which nothing is expected */
async function known({ deps }: EndpointContext, source: string): Promise<SourceState> {
  const state = await (await rollOf(deps)).getSource(source);
  if (state === undefined) throw unknown(source);
  return state;
}

/** Stores what a change makes of a source, unless it changes nothing. @throws HttpError 503 */
async function change(
  { deps }: EndpointContext,
  source: string,
  to: (state: SourceState | undefined) => SourceState | undefined,
): Promise<void> {
  const roll = await rollOf(deps);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const state = await roll.getSource(source);
    const changed = to(state);
    if (changed === undefined || (await roll.putState(changed, state?.version ?? 0))) return;
  }
  throw busy(source);
}

interface Known {
  readonly view: SourceView;
  readonly records: readonly TimestampRecord[];
}

/** @throws HttpError 404 for a source that was never heard and of which nothing is expected */
async function read(context: EndpointContext): Promise<Known> {
  const known = await look(context);
  if (known === undefined) throw unknown(readSource(context.params));
  return known;
}

/** What is known of the source of the path; undefined if nothing is. */
async function look({ deps, params }: EndpointContext): Promise<Known | undefined> {
  const source = readSource(params);
  const roll = await rollOf(deps);
  const [state, { records }] = await Promise.all([
    roll.getSource(source),
    deps.timestamps.list({ source, limit: RECENT }),
  ]);
  const [newest] = records;
  if (state === undefined && newest === undefined) return undefined;
  const limits = expectationOf(state?.expectation)?.limits;
  const heard = records.toReversed().reduce<Heard | undefined>((so, record) => fold(so, record, limits), undefined);
  const now = deps.now();
  // The watch has not seen it yet.
  const first: SourceState = { source, version: 0, standing: 'unwatched', since: Date.parse(newest?.timestamp ?? '') };
  return { view: viewOf(state ?? first, heard, records, now), records };
}

async function answer({ request, deps }: EndpointContext, known: Known): Promise<HttpResponse> {
  const { view } = known;
  const type = negotiate(request, TYPES);
  switch (type) {
    case 'application/json':
      return respond(200, type, `${jsonText(view)}\n`);
    case 'text/html':
      return showSource(known, { roll: await rollOf(deps), origin: originOf(request), now: deps.now() });
    case 'text/plain':
      return respond(200, type, rowText(view, TEXT_COLUMNS));
  }
}

function unknown(source: string): HttpError {
  return new HttpError(404, `${source} was never heard, and nothing is expected of it.`);
}

/** What stands at a dotted path of an expectation. */
function faultyPart(expectation: object, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => {
    return typeof part === 'object' && part !== null
      ? Object.entries(part).find(([key]) => key === name)?.[1]
      : undefined;
  }, expectation);
}
