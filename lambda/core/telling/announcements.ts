/** Messages that are not about events: that a channel works, that another one does not. */
import { shortSubject } from './compose.ts';
import { formsOf } from './forms.ts';
import type { Message } from './message.ts';
import type { Notice } from './notice.ts';
import { oneLine, wholeCharacters } from './phrases.ts';

/** Where a message goes, and where from. */
export interface Place {
  readonly stage: string;
  readonly channel: string;
  readonly baseUrl?: string | undefined;
}

/** What is announced. */
interface Announced {
  readonly word: string;
  readonly headline: string;
  readonly facts: readonly (readonly [string, string])[];
  /** The path of the page about it. */
  readonly path?: string;
}

export function messageOf({ stage, channel, baseUrl }: Place, announced: Announced): Message {
  const { word, headline, facts, path } = announced;
  const settings = baseUrl && `${baseUrl}/channels/${channel}`;
  const link = path && baseUrl && `${baseUrl}${path}`;
  const subject = shortSubject(`[Rollcall ${stage}] ${headline.replace(/\.$/, '')}`);
  const events = [{ word, headline, facts, link }];
  return {
    ...formsOf({ subject, events, more: 0, channel, stage, settings }),
    type: 'announcement',
    events: [],
    ...(settings && { settingsUrl: settings }),
  };
}

/** What a channel is sent to see whether it works. */
export function testMessage(place: Place, by: string | undefined): Message {
  const headline = `This is a test of the channel ${place.channel}.`;
  return messageOf(place, { word: 'TEST', headline, facts: by === undefined ? [] : [['Asked for by', oneLine(by)]] });
}

const MOST_PASSED_ON = 2_000;

/** Why a channel did not tell something. */
export type Trouble = 'gone' | 'refused' | 'late';
const TROUBLES: Readonly<Record<Trouble, string>> = {
  gone: 'is broken: the other side says that it is not there any more. Nothing is sent through it until it is set up anew.',
  refused: 'did not take a message.',
  late: 'does not take messages at the moment; it is tried again for a day.',
};

/** What the other channels are told of one that does not work, with what it was to tell. */
export function passedOnMessage(place: Place, { channel, message }: Notice, trouble: Trouble, answer: string): Message {
  return messageOf(place, {
    word: 'CHANNEL',
    headline: `The channel ${channel} ${TROUBLES[trouble]}`,
    facts: [
      ['It said', oneLine(answer)],
      ['It was to say', wholeCharacters(oneLine(message.text.replace(/\n--\n.*$/s, '')), MOST_PASSED_ON)],
    ],
    path: `/channels/${channel}`,
  });
}
