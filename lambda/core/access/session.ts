/**
 * Sessions: a cookie that says who signed in until when, and a code that only we can make of that. It is made with what is
 * stored of a key, or of the identity provider, so that no secret of its own has to be kept, and a session ends with
 * what let it in.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What lets somebody sign in: a key, or the identity provider. */
export type SessionKind = 'key' | 'provider';

/** A session, as somebody shows it. */
export interface ShownSession {
  readonly kind: SessionKind;
  /** The id of the key, or the name of the principal. */
  readonly subject: string;
  /** In seconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** How long a session lasts, in seconds: a day of work. */
export const SESSION_SECONDS = 28_800;

/** Kind, subject in base64url, end, and the code of what stands before it. */
const SESSION = /^((key|provider)\.([\w-]{1,512})\.(\d{1,11}))\.([\w-]{43})$/;

/** The text of a session, made with a secret that never leaves us. */
export function sealSession({ kind, subject, expiresAt }: ShownSession, secret: string): string {
  const body = `${kind}.${Buffer.from(subject).toString('base64url')}.${expiresAt}`;
  return `${body}.${codeOf(body, kind, secret).toString('base64url')}`;
}

/** What a text says, of which nothing is known yet; undefined for what is no session by its form. */
export function parseSession(text: string): ShownSession | undefined {
  const [, , kind, subject = '', expiresAt] = SESSION.exec(text) ?? [];
  if (kind !== 'key' && kind !== 'provider') return undefined;
  return { kind, subject: Buffer.from(subject, 'base64url').toString(), expiresAt: Number(expiresAt) };
}

/** Whether the text of a session was made with a secret. Without one, it takes as long to say no. */
export function isSealedWith(text: string, secret: string | undefined): boolean {
  const [, body = '', kind = '', , , code = ''] = SESSION.exec(text) ?? [];
  const right = codeOf(body, kind, secret ?? '');
  const shown = Buffer.from(code, 'base64url');
  return shown.length === right.length && timingSafeEqual(shown, right) && secret !== undefined;
}

function codeOf(body: string, kind: string, secret: string): Buffer {
  const key = hkdfSync('sha256', secret, '', `rollcall session of a ${kind}`, 32);
  return createHmac('sha256', Buffer.from(key)).update(body).digest();
}
