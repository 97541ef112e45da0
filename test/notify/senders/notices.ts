import { compose } from '../../../lambda/core/telling/compose.ts';
import type { Message } from '../../../lambda/core/telling/message.ts';
import type { Notice } from '../../../lambda/core/telling/notice.ts';
import type { Told } from '../../../lambda/core/telling/phrases.ts';
import { NOW, told } from '../../core/telling/events.ts';

export function messageFor(some: readonly Told[] = [told()]): Message {
  const message = compose({
    stage: 'prod',
    channel: 'ops',
    told: some,
    now: NOW,
    baseUrl: 'https://rollcall.example.com',
  });
  if (message === undefined) throw new Error('nothing to tell');
  return message;
}

/** A notice as the store has it. */
export function noticeFor(notice: Partial<Notice> = {}): Notice {
  const fields = {
    id: 'notice-1',
    channel: 'ops',
    sequence: 1,
    purpose: 'events',
    createdAt: NOW,
    told: '',
    count: 1,
    attempts: 0,
  } as const;
  return { ...fields, message: messageFor(), ...notice };
}
