/** Mails of one machine: by SMTP, or as files that mail readers open. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Mail, Mailer } from '../../lambda/notify/senders/mail.ts';
import type { Texter } from '../../lambda/notify/senders/sms.ts';

/** As long as one mail may take, in milliseconds. */
const SMTP_MS = 10_000;

/** Sends by SMTP: `smtps://user:password@mail.example.com` or `smtp://127.0.0.1:1025`. */
export function createSmtpMailer(url: string): Mailer {
  const limits = { connectionTimeout: SMTP_MS, greetingTimeout: SMTP_MS, socketTimeout: SMTP_MS };
  return async (mail) => {
    const transport = createTransport({ url, ...limits });
    try {
      const { response, rejected } = await transport.sendMail(optionsOf(mail));
      const missed = rejected.length > 0 ? `; refused for ${rejected.length} of ${mail.to.length}` : '';
      return { kind: 'delivered', answer: `${response}${missed}` };
    } catch (error) {
      const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : undefined;
      const refused = code !== undefined && code >= 500;
      // What the server said may have addresses; its code does not.
      return { kind: refused ? 'refused' : 'later', answer: `SMTP: ${code ?? codeOf(error)}` };
    } finally {
      transport.close();
    }
  };
}

/** Writes each mail into a file of a folder, where nobody but this user reads it. */
export function createFileMailer(folder: string): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return async (mail) => {
    const { message } = await transport.sendMail(optionsOf(mail));
    const name = `${mail.messageId.replace(/^<|@.*$/g, '')}.eml`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, name), Buffer.isBuffer(message) ? message : '', { mode: 0o600 });
    return { kind: 'delivered', answer: `written to ${name}` };
  };
}

/** Writes each SMS into a file of a folder, where nobody but this user reads it. */
export function writeText(folder: string): Texter {
  return async (number, text) => {
    const name = `sms-${number.replaceAll(/\D/g, '')}-${Date.now()}.txt`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600 });
    return `written to ${name}`;
  };
}

function optionsOf({ from, to, subject, text, html, messageId, headers, attachments }: Mail): SendMailOptions {
  return {
    from,
    to: [...to],
    subject,
    text,
    html,
    messageId,
    headers: { ...headers },
    attachments: attachments.map(({ name, type, text: content }) => ({
      filename: name,
      contentType: type,
      content,
    })),
    // Nothing that a mail says makes this machine read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
