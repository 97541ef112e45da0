import type { Expectation } from '../../../lambda/core/roll/expectation.ts';
import type { OpenOutage, RollEvent } from '../../../lambda/core/roll/state.ts';
import type { Told } from '../../../lambda/core/telling/phrases.ts';

/** 25 November 2026, 09:17 in Madrid. */
export const NOW = Date.UTC(2026, 10, 25, 8, 17);
export const MINUTE = 60_000;

export interface ToldWish {
  readonly kind?: RollEvent['kind'];
  readonly source?: string;
  readonly at?: number;
  readonly outage?: Partial<RollEvent['outage']>;
  readonly tick?: string;
}

/** An event, such as the tick decides it. */
export function eventOf({
  kind = 'opened',
  source = 'backup-db',
  at = NOW,
  tick = 'tick-1',
  ...wish
}: ToldWish = {}): RollEvent {
  const outage: OpenOutage & RollEvent['outage'] = {
    id: `outage-of-${source}`,
    startedAt: at - 17 * MINUTE,
    reason: 'silent',
    ...wish.outage,
  };
  return { id: `${outage.id}.${kind}.${at}`, kind, source, at, outage, told: true, tick };
}

export const DAILY: Expectation = {
  cron: '0 9 * * *',
  tz: 'Europe/Madrid',
  grace: '15m',
  early: '1m',
  failures: 1,
  recoveries: 1,
  limits: {},
  windows: [],
  tags: [],
  description: 'The nightly dump of the customer database',
};

export function told(wish: ToldWish & Omit<Told, 'event'> = {}): Told {
  const { expectation, lastContact, lastNote, ...event } = wish;
  return { event: eventOf(event), expectation, lastContact, lastNote };
}
