/** What the contract says of channels more than once. */
import { ChannelName } from '../../core/telling/channel.ts';
import type { ResponseDoc } from '../http/operation.ts';

export const CHANNEL_PATH = { channel: ChannelName };

export const CHANNEL_ANSWER: ResponseDoc = {
  description: 'The channel.',
  content: { 'application/json': 'Channel', 'text/html': 'Text', 'text/plain': 'Text' },
};
