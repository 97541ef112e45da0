import type { TimestampRecord } from '../../core/timestamps/record.ts';

/** What a record says of how it went, on one line: `fail exit=2 run=42 disk=93.5`; empty if it says nothing. */
export function reportOf({ state, exit, run, values = {} }: TimestampRecord): string {
  const named = Object.entries({ exit, run, ...values }).filter(([, value]) => value !== undefined);
  return [state, ...named.map(([name, value]) => `${name}=${value}`)].filter(Boolean).join(' ');
}
