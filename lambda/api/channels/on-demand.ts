/** What the endpoints of channels do. It is loaded when one of them is asked for: it seals secrets and composes a test. */
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { nameOf } from '../../core/access/principal.ts';
import { testMessage } from '../../core/telling/announcements.ts';
import {
  CHANNEL_NEEDS,
  type Channel,
  ChannelName,
  purposeOf,
  SECRET_NAMES,
  type SecretName,
} from '../../core/telling/channel.ts';
import { seal } from '../../core/telling/sealed.ts';
import type { TellingStore } from '../../core/telling/store.ts';
import { announce } from '../../core/telling/tell.ts';
import { jsonText } from '../../core/text/visible-text.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, readJson, refuseQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import { originOf } from '../http/own-address.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { textLine } from '../lists/table.ts';
import { channelPage, channelsPage } from './channel-page.ts';
import {
  ChannelFields,
  isHookAddress,
  isSigningSecret,
  recipientProblem,
  SECRET_ALLOWED,
  URL_ALLOWED,
} from './fields.ts';
import { type ChannelView, noticeView, viewOf } from './view.ts';

const TYPES = ['application/json', 'text/html', 'text/plain'] as const;
const MOST_NOTICES = 20;
/** How often a test looks for its answer, in milliseconds. */
const TEST_LOOKS_MS = 250;

export async function list({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const { channels } = await storeOf(deps);
  const type = negotiate(request, TYPES);
  if (type !== 'text/html') refuseQuery(request);
  const items = (await channels.list()).map(viewOf);
  if (type === 'text/html') return channelsPage(items, originOf(request));
  if (type === 'text/plain') return respond(200, type, items.map(lineOf).join(''));
  return respond(200, type, `${jsonText({ items, next: null })}\n`);
}

export async function get(context: EndpointContext): Promise<HttpResponse> {
  if (negotiate(context.request, TYPES) !== 'text/html') refuseQuery(context.request);
  const store = await storeOf(context.deps);
  return answer(context, store, await known(context, store));
}

export async function put(context: EndpointContext): Promise<HttpResponse> {
  const { request, deps, principal } = context;
  negotiate(request, TYPES);
  const store = await storeOf(deps);
  const name = readName(context);
  const fields = readFields(context);
  const { kind, to } = fields;
  const problem = recipientProblem(fields);
  if (problem !== undefined) throw invalidField('to', to.join(', '), problem, 'body');
  const before = await store.channels.get(name);
  const kept = before?.kind === kind ? before.sealed : {};
  const given = SECRET_NAMES.filter((secret) => checkedSecret(context, fields, secret, kept));
  const publicKey = given.length > 0 ? await sealingKey(context, store) : '';
  const sealed = given.map((secret) => [secret, seal(fields[secret] ?? '', publicKey, purposeOf(name, secret))]);
  await store.channels.put({
    name,
    kind,
    to,
    sealed: { ...kept, ...Object.fromEntries(sealed) },
    updatedAt: deps.now(),
    updatedBy: nameOf(principal),
  });
  return answer(context, store, await known(context, store));
}

export async function remove(context: EndpointContext): Promise<HttpResponse> {
  refuseQuery(context.request);
  const { channels } = await storeOf(context.deps);
  await channels.delete(readName(context));
  return respondEmpty(204);
}

export async function test(context: EndpointContext): Promise<HttpResponse> {
  const { request, deps, principal } = context;
  const type = negotiate(request, TYPES);
  const store = await storeOf(deps);
  const { name: channel } = await known(context, store);
  const location = `/channels/${channel}`;
  const message = testMessage({ stage: deps.stage, channel, baseUrl: originOf(request) }, nameOf(principal));
  const announcement = { purpose: 'test', id: `test#${request.requestId}`, message, now: deps.now() } as const;
  const sequence = await announce(store.notices, channel, announcement);
  if (sequence === undefined) throw new HttpError(503, 'The channel is told so much that a test finds no place.');
  const end = performance.now() + deps.channelTestMs;
  for (;;) {
    const notice = await store.notices.get({ channel, sequence });
    const settled = notice?.settledAt !== undefined;
    if (notice !== undefined && (settled || performance.now() >= end)) {
      if (type === 'text/html') return respondEmpty(303, { location });
      const view = noticeView(notice);
      const { outcome = 'waits', answer: said = '' } = view;
      const body = type === 'text/plain' ? textLine([outcome, said]) : `${jsonText(view)}\n`;
      return settled ? respond(200, type, body) : respond(202, type, body, { location });
    }
    await delay(TEST_LOOKS_MS);
  }
}

async function answer({ request, deps }: EndpointContext, { notices }: TellingStore, channel: Channel) {
  const view = viewOf(channel);
  const recent = (await notices.recent(channel.name, MOST_NOTICES)).map(noticeView);
  const type = negotiate(request, TYPES);
  if (type === 'text/html') return channelPage(view, recent, { origin: originOf(request), now: deps.now() });
  if (type === 'text/plain') return respond(200, type, lineOf(view));
  return respond(200, type, `${jsonText({ ...view, notices: recent })}\n`);
}

function lineOf({ name, kind, brokenAt }: ChannelView): string {
  return textLine([name, kind, brokenAt === undefined ? 'works' : 'broken']);
}

/** @throws HttpError 404 where nobody watches */
async function storeOf({ telling }: EndpointContext['deps']): Promise<TellingStore> {
  if (telling === undefined) throw new HttpError(404, 'Nobody is told here: the stage is configured without a watch.');
  return telling();
}

function readName({ params: { channel } }: EndpointContext): string {
  const result = v.safeParse(ChannelName, channel);
  if (!result.success) throw invalidField('channel', channel, result.issues[0].message, 'path');
  return result.output;
}

async function known(context: EndpointContext, { channels }: TellingStore): Promise<Channel> {
  const channel = await channels.get(readName(context));
  if (channel === undefined) throw new HttpError(404, 'There is no channel of this name.');
  return channel;
}

/** Of what is wrong with a body that may have secrets, what came is not said: it may be one, under a name that is mistyped. */
function readFields({ request }: EndpointContext): ChannelFields {
  try {
    return readJson(request, ChannelFields);
  } catch (error) {
    if (!(error instanceof HttpError) || error.errors === undefined) throw error;
    const errors = error.errors.map((one) => ({ ...one, received: HIDDEN }));
    const detail = errors.map(
      ({ field, allowed }) => `${/^[\w.]{1,40}$/.test(field) ? field : 'A field'}: allowed is ${allowed}.`,
    );
    throw new HttpError(error.status, detail.join(' '), { errors });
  }
}

const HIDDEN = 'what is not shown';

/**
 * Whether a secret came that is to be sealed.
 *
 * @throws HttpError 400 that does not say what came
 */
function checkedSecret(
  { deps }: EndpointContext,
  fields: ChannelFields,
  name: SecretName,
  kept: Channel['sealed'],
): boolean {
  const { [name]: secret } = fields;
  const needs: readonly SecretName[] = CHANNEL_NEEDS[fields.kind].secrets;
  const isNeeded = needs.includes(name);
  const isRight = (text: string) => (name === 'url' ? isHookAddress(text, deps.allowPrivate) : isSigningSecret(text));
  const fits = secret === undefined ? !isNeeded || kept[name] !== undefined : isNeeded && isRight(secret);
  if (fits) return secret !== undefined;
  const allowed = name === 'url' ? URL_ALLOWED : SECRET_ALLOWED;
  throw new HttpError(400, `${name}: allowed is ${allowed}.`, {
    errors: [{ in: 'body', field: name, received: secret === undefined ? 'nothing' : HIDDEN, allowed }],
  });
}

/** @throws HttpError 503 until there is a key, which it has made */
async function sealingKey({ deps }: EndpointContext, { channels }: TellingStore): Promise<string> {
  const publicKey = await channels.publicKey();
  if (publicKey !== undefined) return publicKey;
  await channels.askForKey(deps.now());
  throw new HttpError(503, 'The key that secrets are sealed with is being made; try again in a moment.', {
    headers: { 'retry-after': '5' },
  });
}
