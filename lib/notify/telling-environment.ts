import { TELLING_ENV } from '../../lambda/core/telling/env.ts';

/** What whoever tells people is told of its stage. */
export interface TellingPlace {
  /** The time zone of the mornings on which reports are sent. */
  readonly zone: string;
  /** The channels of sources that name none; without any, all that there are. */
  readonly channels: readonly string[];
  /** Where people reach the pages. @default - messages have no links */
  readonly baseUrl?: string | undefined;
}

export function tellingEnvironment({ zone, channels, baseUrl }: TellingPlace): Record<string, string> {
  return {
    [TELLING_ENV.zone]: zone,
    ...(channels.length > 0 && { [TELLING_ENV.defaultChannels]: channels.join(',') }),
    ...(baseUrl && { [TELLING_ENV.baseUrl]: baseUrl }),
  };
}
