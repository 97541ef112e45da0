/** What a ping does. It is loaded when the first one comes. */
import * as v from 'valibot';
import { UNSAFE } from '../../core/text/free-text.ts';
import { MOST_EXIT, type RECORD_STATES } from '../../core/timestamps/record.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, queryFields } from '../http/input.ts';
import { type HttpResponse, respond } from '../http/response.ts';
import { readIdempotencyKey } from '../timestamps/idempotency-key.ts';
import { recordNow } from '../timestamps/record.ts';
import { RecordFields } from '../timestamps/record-fields.ts';
import { partsOf } from './key-in.ts';
import { isPreview } from './preview.ts';

const SIGNALS: Readonly<Record<string, (typeof RECORD_STATES)[number]>> = { start: 'start', fail: 'fail', log: 'log' };
const MOST_NOTE_BYTES = 1024;
const EACH_UNSAFE = new RegExp(UNSAFE, 'gu');

/** Records a ping, and answers as clients of Healthchecks expect it. */
export async function recordPing(context: EndpointContext): Promise<HttpResponse> {
  const { request, params } = context;
  if (isPreview(request)) throw new HttpError(403, 'This looks like the preview of a link: it records nothing.');
  const { source, signal } = partsOf(params);
  const { rid: run } = queryFields(request);
  const parsed = v.safeParse(RecordFields, { source, run, note: noteOf(request.body), ...reportOf(signal) });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue) ?? '';
    throw invalidField(field === 'run' ? 'rid' : field, issue.input, issue.message, field === 'run' ? 'query' : 'path');
  }
  const { counted } = await recordNow(context, parsed.output, readIdempotencyKey(request, context.principal));
  return { ...respond(200, 'text/plain', 'OK'), counted };
}

/** @throws HttpError 400 for a signal that is none */
function reportOf(signal: string | undefined) {
  if (signal === undefined) return {};
  const state = Object.hasOwn(SIGNALS, signal) ? SIGNALS[signal] : undefined;
  if (state !== undefined) return { state };
  const exit = Number(signal);
  if (/^\d{1,3}$/.test(signal) && exit <= MOST_EXIT) return { exit };
  throw invalidField('signal', signal, 'start, fail, log or an exit status from 0 to 255', 'path');
}

/**
 * The beginning of a body, as a note may be: whatever comes is recorded, so what is no text of UTF-8, and what would move
 * the cursor of a terminal, becomes a question mark.
 */
function noteOf(body: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(body.subarray(0, MOST_NOTE_BYTES));
  // The cut may be within a character.
  const whole = body.length > MOST_NOTE_BYTES ? text.replace(/\uFFFD$/, '') : text;
  const safe = whole.replaceAll(EACH_UNSAFE, '?').trim();
  return safe === '' ? undefined : safe;
}
