/** Expectations: how often a source should answer, as somebody puts it. Each message says what is allowed. */
import * as v from 'valibot';
import { remembered } from '../cron/remembered.ts';
import { isSafe } from '../text/free-text.ts';
import { NAME_ALLOWED, Name } from '../text/name.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The longest time between two answers, and of anything else that lasts: a leap year. */
export const MOST_MS = 366 * DAY;

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
const ISO_DURATION = /^P(?!$)(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?!$)(?:(\d{1,6})H)?(?:(\d{1,6})M)?)?$/;

/**
 * A duration in milliseconds: of ISO 8601, in weeks, days, hours and minutes (`PT1H30M`), or short (`5m`, `1h`, `7d`, `2w`).
 * Not in months, which have no length, nor in seconds, which a watch of a minute cannot tell.
 *
 * @returns undefined for what is none
 */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS[unit] ?? 0);
  const iso = ISO_DURATION.exec(text);
  if (!iso) return undefined;
  const [, weeks = 0, days = 0, hours = 0, minutes = 0] = iso;
  return Number(weeks) * 7 * DAY + Number(days) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE;
}

/** The milliseconds of a duration that has been checked; of none, 0. */
export function durationOf(text: string | undefined): number {
  return text === undefined ? 0 : (parseDuration(text) ?? 0);
}

/** A duration between two, both allowed; it stays the text that came. */
export function duration(least: number, leastText: string) {
  const allowed = `from ${leastText} to 366d, as 5m, 1h, 7d, 2w or a duration of ISO 8601 such as PT1H30M`;
  return v.pipe(
    v.string(allowed),
    v.metadata({ examples: ['5m', '1h', 'PT1H30M'] }),
    v.check((text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms >= least && ms <= MOST_MS;
    }, allowed),
  );
}

function wholeNumber(most: number) {
  const allowed = `a whole number from 1 to ${most}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(1, allowed), v.maxValue(most, allowed));
}

/** Whether a name is that of a time zone: to look one up takes as long as to show a source. */
const zones = new Map<string, boolean>();
const MOST_ZONES = 500;

/** The name of a time zone of the IANA database, as this Node knows it. */
export function isZone(name: string): boolean {
  return remembered(zones, MOST_ZONES, name, () => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  });
}

const ZONE_ALLOWED = 'a time zone such as Europe/Madrid or UTC';
const Zone = v.pipe(v.string(ZONE_ALLOWED), v.maxLength(64, ZONE_ALLOWED), v.check(isZone, ZONE_ALLOWED));
/** What is allowed of a cron expression. */
export const CRON_ALLOWED =
  'minute, hour, day, month and weekday as in crontab(5), or @daily and its like; it must come at some time, and not more often than each minute';
/** Whether it ever comes is asked by schedule.ts, which knows how. */
const Cron = v.pipe(v.string(CRON_ALLOWED), v.maxLength(256, CRON_ALLOWED));

const LIMIT_ALLOWED = 'a finite number';
const Bound = v.pipe(v.number(LIMIT_ALLOWED), v.finite(LIMIT_ALLOWED));
const LIMITS_ALLOWED =
  'at most 10 limits by the names of values, each with min or max or both, such as {"disk": {"max": 90, "of": 3}}';
const Limit = v.pipe(
  v.strictObject(
    { min: v.optional(Bound), max: v.optional(Bound), of: v.optional(wholeNumber(100), 1) },
    LIMITS_ALLOWED,
  ),
  v.check(({ min, max }) => min !== undefined || max !== undefined, LIMITS_ALLOWED),
  v.check(
    ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) => min <= max,
    'a min that is not above the max',
  ),
);

const WINDOWS_ALLOWED = 'at most 10 windows such as {"cron": "0 3 * * 0", "for": "2h", "tz": "Europe/Madrid"}';
const Window = v.strictObject({ cron: Cron, for: duration(MINUTE, '1m'), tz: v.optional(Zone) }, WINDOWS_ALLOWED);

const TAGS_ALLOWED = `at most 20 tags, each ${NAME_ALLOWED}`;
const CHANNELS_ALLOWED = `at most 10 names of channels, each ${NAME_ALLOWED}`;
const DESCRIPTION_ALLOWED = 'at most 1,024 bytes of UTF-8 text, with no control characters but tabs and line breaks';

/** The fields of an expectation, for whatever takes or documents them. */
export const ExpectationFields = v.strictObject({
  /** From one answer to the next. */
  every: v.optional(duration(MINUTE, '1m')),
  cron: v.optional(Cron),
  /** Of `cron`. @default UTC */
  tz: v.optional(Zone),
  /** How long after it was due an answer still counts. */
  grace: v.optional(duration(0, '0m'), '5m'),
  /** How long before it is due an answer counts for it; of `cron` only: after `every`, the next period begins with the answer. */
  early: v.optional(duration(0, '0m'), '1m'),
  /** The longest that a run may take from its `start`. @default - for ever */
  maxRun: v.optional(duration(MINUTE, '1m')),
  /** The number of failures in a row that are an outage. */
  failures: v.optional(wholeNumber(100), 1),
  /** The number of successes in a row that end one. */
  recoveries: v.optional(wholeNumber(100), 1),
  /** How often people are told again of an outage that nobody has acknowledged. @default - they are told once */
  remind: v.optional(duration(5 * MINUTE, '5m')),
  limits: v.optional(
    v.pipe(
      v.record(Name, Limit, LIMITS_ALLOWED),
      v.check((limits) => Object.keys(limits).length <= 10, LIMITS_ALLOWED),
    ),
    {},
  ),
  /** The times in which nothing is expected. */
  windows: v.optional(v.pipe(v.array(Window, WINDOWS_ALLOWED), v.maxLength(10, WINDOWS_ALLOWED)), []),
  /** Where people are told. @default - the channels of the stage */
  channels: v.optional(v.pipe(v.array(Name, CHANNELS_ALLOWED), v.maxLength(10, CHANNELS_ALLOWED))),
  tags: v.optional(v.pipe(v.array(Name, TAGS_ALLOWED), v.maxLength(20, TAGS_ALLOWED)), []),
  description: v.optional(
    v.pipe(v.string(DESCRIPTION_ALLOWED), v.maxBytes(1024, DESCRIPTION_ALLOWED), v.check(isSafe, DESCRIPTION_ALLOWED)),
  ),
});

/** An expectation as it was put, complete with the defaults: exactly one of `every` and `cron` is there. */
export type Expectation = Readonly<v.InferOutput<typeof ExpectationFields>>;

/** The expectation that a source's item has; undefined where it has none. @throws when the item has none of ours */
export function expectationOf(text: string | undefined): Expectation | undefined {
  return text === undefined ? undefined : v.parse(ExpectationFields, JSON.parse(text));
}
