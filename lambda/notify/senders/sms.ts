import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Send } from './sender.ts';
import { mayPass } from './ses-mailer.ts';

/** Sends one SMS to one number. @returns what the other side said */
export type Texter = (number: string, text: string) => Promise<string>;

/** Makes what sends a notice to all numbers of a channel, of 160 characters at most. */
export function createSmsSender(texter: Texter): Send {
  return async ({ message: { sms } }, { to }) => {
    const answers: string[] = [];
    for (const number of to) {
      try {
        answers.push(await texter(number, sms));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return { kind: mayPass(error) ? 'later' : 'refused', answer: `SNS: ${error.name}` };
      }
    }
    return { kind: 'delivered', answer: answers.join(', ') };
  };
}

/** Sends by SNS, as what must arrive (developer guide, "Mobile text messaging"). */
export function createSnsTexter(sns: SNSClient): Texter {
  return async (PhoneNumber, Message) => {
    const attribute = { DataType: 'String', StringValue: 'Transactional' };
    const MessageAttributes = { 'AWS.SNS.SMS.SMSType': attribute };
    const { MessageId } = await sns.send(new PublishCommand({ PhoneNumber, Message, MessageAttributes }));
    return `SNS took it as ${MessageId}`;
  };
}
