import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Mailer } from './mail.ts';

/** Sends mails by SES. Its Message-ID is one of SES; threads hold by `References`. */
export function createSesMailer(ses: SESv2Client): Mailer {
  return async ({ from, to, subject, text, html, headers, attachments }) => {
    const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
    try {
      const { MessageId } = await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [...to] },
          Content: {
            Simple: {
              Subject: utf8(subject),
              Body: { Text: utf8(text), Html: utf8(html) },
              Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
              Attachments: attachments.map(({ name, type, text: content }) => ({
                FileName: name,
                ContentType: type,
                RawContent: Buffer.from(content),
                ContentDisposition: 'ATTACHMENT',
                ContentTransferEncoding: 'BASE64',
              })),
            },
          },
        }),
      );
      return { kind: 'delivered', answer: `SES took it as ${MessageId}` };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { kind: mayPass(error) ? 'later' : 'refused', answer: `SES: ${error.name}` };
    }
  };
}

/** Whether the same call may succeed later; limits of a day's mails count as throttling. */
export function mayPass(error: Error): boolean {
  // What has no status did not come from AWS.
  if (!isSdkError(error) || error.$metadata?.httpStatusCode === undefined) return true;
  return isThrottlingError(error) || isTransientError(error) || isServerError(error);
}

/** Any error may come out of the SDK; what it asks about is absent from the others. */
function isSdkError(error: Error): error is Parameters<typeof isTransientError>[0] {
  return '$metadata' in error;
}
