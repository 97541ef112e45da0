import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, describe, expect, it } from 'vitest';
import { createMailSender, type Mailer } from '../../../lambda/notify/senders/mail.ts';
import { createFileMailer, createSmtpMailer } from '../../../local/notify/mailers.ts';
import { told } from '../../core/telling/events.ts';
import { messageFor, noticeFor } from '../../notify/senders/notices.ts';

const FROM = 'Rollcall <rollcall@example.com>';
const CHANNEL = { name: 'ops', to: ['ann@example.com', 'bob@example.com'], secrets: {} };

interface Arrived {
  readonly raw: string;
  readonly recipients: readonly string[];
}

/** A mail server that keeps what arrives; a recipient named `refused` is refused. */
async function startSmtp() {
  const arrived: Arrived[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _, done) => {
      const [name] = address.split('@');
      const code = name === 'refused' ? 550 : name === 'later' ? 451 : undefined;
      done(code === undefined ? undefined : Object.assign(new Error(`no ${address}`), { responseCode: code }));
    },
    onData: async (stream, session, done) => {
      const parts: Uint8Array[] = [];
      for await (const part of stream) parts.push(part);
      arrived.push({
        raw: Buffer.concat(parts).toString(),
        recipients: session.envelope.rcptTo.map(({ address }) => address),
      });
      done(null);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { arrived, url: `smtp://127.0.0.1:${port}`, close: () => server.close() };
}

const smtp = await startSmtp();
const folder = mkdtempSync(join(tmpdir(), 'rollcall-mail-'));
afterAll(() => {
  smtp.close();
  rmSync(folder, { recursive: true });
});

async function mailed(mailer: Mailer, message = messageFor(), id = 'notice-1') {
  return createMailSender({ mailer, from: FROM })(noticeFor({ id, message }), CHANNEL);
}

async function arrival(message = messageFor(), id = 'notice-1') {
  const attempt = await mailed(createSmtpMailer(smtp.url), message, id);
  const { raw, recipients } = smtp.arrived.at(-1) ?? { raw: '', recipients: [] };
  return { attempt, raw, recipients, mail: await PostalMime.parse(raw), head: raw.slice(0, raw.indexOf('\r\n\r\n')) };
}

describe('a mail by SMTP', () => {
  it('arrives at everybody, as plain text and as HTML, as it was composed', async () => {
    const message = messageFor([told({ lastNote: 'größe: 48 GB ✓' })]);
    const { attempt, recipients, mail } = await arrival(message);
    expect(attempt).toMatchObject({ kind: 'delivered', answer: expect.stringMatching(/^250 /) });
    expect(recipients).toEqual(CHANNEL.to);
    expect(mail.from).toEqual({ name: 'Rollcall', address: 'rollcall@example.com' });
    expect(mail.subject).toBe('[Rollcall prod] DOWN: backup-db is silent');
    expect(mail.text?.trimEnd()).toBe(message.text.trimEnd());
    expect(mail.html?.trimEnd()).toBe(message.html.trimEnd());
  });

  it('says what it is to programs: generated, how to be told less, which notice', async () => {
    const { head, mail } = await arrival();
    const header = (key: string) => mail.headers.find((one) => one.key === key)?.value;
    expect(mail.messageId).toBe('<notice-1@example.com>');
    expect(header('rollcall-event')).toBe('notice-1');
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('list-unsubscribe')).toBe(
      '<https://rollcall.example.com/channels/ops>, <mailto:rollcall@example.com?subject=Less%20of%20ops>',
    );
    for (const line of head.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
    expect(head).toMatch(/^[\x20-\x7e\t\r\n]*$/);
  });

  it('is in one thread with what else is told of its outage', async () => {
    const opened = await arrival(messageFor([told()]), 'one');
    const resolved = await arrival(messageFor([told({ kind: 'resolved', outage: { endedAt: 0 } })]), 'two');
    expect(opened.mail.references).toBe('<outage-of-backup-db@example.com>');
    expect(resolved.mail.references).toBe(opened.mail.references);
    expect(resolved.mail.inReplyTo).toBe('<outage-of-backup-db@example.com>');
    expect(resolved.mail.messageId).not.toBe(opened.mail.messageId);
  });

  it.each(['\r\nBcc: eve@example.com', '\nX-Evil: 1\n\n<script>', '\u2028Bcc: x@y', '\0', 'ü'.repeat(400)])(
    'has no header and no recipient of what somebody typed: %j',
    async (typed) => {
      const clean = messageFor();
      const { head, recipients, mail } = await arrival({ ...clean, subject: `${clean.subject}${typed}` });
      expect(recipients).toEqual(CHANNEL.to);
      expect(head).not.toMatch(/^(Bcc|X-Evil)/im);
      expect(mail.subject).toContain('DOWN: backup-db');
      for (const line of head.split('\r\n')) expect(line.length).toBeLessThanOrEqual(200);
    },
  );

  it('brings its attachment', async () => {
    const text = 'source,last heard\r\nbackup,never\r\n';
    const { mail } = await arrival({
      ...messageFor(),
      attachments: [{ name: 'r.csv', type: 'text/csv; charset=utf-8', text }],
    });
    const [attachment] = mail.attachments;
    expect(attachment).toMatchObject({ filename: 'r.csv', mimeType: 'text/csv' });
    expect(new TextDecoder().decode(attachment?.content instanceof ArrayBuffer ? attachment.content : undefined)).toBe(
      text,
    );
  });

  it('says what did not work, without an address', async () => {
    const send = createMailSender({ mailer: createSmtpMailer(smtp.url), from: FROM });
    const to = (...addresses: string[]) => send(noticeFor(), { ...CHANNEL, to: addresses });
    expect(await to('refused@example.com')).toEqual({ kind: 'refused', answer: 'SMTP: 550' });
    expect(await to('later@example.com')).toEqual({ kind: 'later', answer: 'SMTP: 451' });
    expect(await to('refused@example.com', 'ann@example.com')).toMatchObject({
      kind: 'delivered',
      answer: expect.stringContaining('refused for 1 of 2'),
    });
    const nobody = createMailSender({ mailer: createSmtpMailer('smtp://127.0.0.1:1'), from: FROM });
    expect(await nobody(noticeFor(), CHANNEL)).toMatchObject({ kind: 'later' });
  });
});

describe('a mail without SMTP', () => {
  it('is a file that only this user reads, and the same one if it is sent again', async () => {
    const mailer = createFileMailer(join(folder, 'mail'));
    expect(await mailed(mailer)).toEqual({ kind: 'delivered', answer: 'written to notice-1.eml' });
    await mailed(mailer);
    const [name = '', ...others] = readdirSync(join(folder, 'mail'));
    expect(others).toEqual([]);
    const file = join(folder, 'mail', name);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await PostalMime.parse(readFileSync(file))).toMatchObject({
      subject: '[Rollcall prod] DOWN: backup-db is silent',
    });
  });
});
