/**
 * Cron as crontab(5) of Debian has it. croner knows which local times an expression names; here is said when those are,
 * where clocks change: docs/adr/0023-how-the-roll-is-judged.md.
 */
import { Cron } from 'croner';
import { remembered } from './remembered.ts';
import { instantOf, segmentAt } from './zone.ts';

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const ONE = '(?:\\d{1,2}|[a-z]{3})';
const RANGE = `(?:(?:\\*|${ONE}-${ONE})(?:/\\d{1,2})?|${ONE})`;
const FIELD = new RegExp(`^${RANGE}(?:,${RANGE})*$`, 'i');
const NEVER = Number.POSITIVE_INFINITY;

interface Parsed {
  /** The first local time strictly after this one. */
  readonly next: (local: number) => number;
  /**
   * A job at fixed times runs once a day whatever the clocks do; one that has `*` in front of its minutes or hours runs by
   * intervals, and so when it runs is what the clock shows.
   */
  readonly isFixed: boolean;
}

/** Distinct expressions: croner takes 83 KB for each, for the years to 9999. */
const MOST_PARSED = 200;
const parsed = new Map<string, Parsed | undefined>();

/** From an instant, included, to the next one that an expression names, excluded, all have the same next one. */
interface Span {
  readonly from: number;
  readonly next: number;
}
/** The last spans by zone and expression, at most a kilobyte each: a source asks for the same two or three until it is due. */
const MOST_SPANS = 8;
const MOST_KEPT = 20_000;
const spans = new Map<string, Span[]>();

/** Whether crontab(5) knows the expression and it ever comes. */
export function isCron(expression: string): boolean {
  return parse(expression) !== undefined;
}

/**
 * The first instant strictly after `ms` that an expression names; infinite if there is none.
 *
 * @throws RangeError for what is no expression
 */
export function nextOfCron(expression: string, zone: string, ms: number): number {
  const known = remembered(spans, MOST_KEPT, `${zone} ${expression}`, (): Span[] => []);
  const span = known.find(({ from, next }) => from <= ms && ms < next);
  if (span) return span.next;
  const cron = parse(expression);
  if (!cron) throw new RangeError(`${expression} is no cron expression that comes`);
  const next = findNext(cron, zone, ms);
  const same = known.findIndex((one) => one.next === next);
  if (same >= 0) known.splice(same, 1);
  else if (known.length === MOST_SPANS) known.shift();
  known.push({ from: ms, next });
  return next;
}

function findNext(cron: Parsed, zone: string, ms: number): number {
  let segment = segmentAt(zone, ms);
  let local = cron.next(ms + segment.offset);
  if (cron.isFixed) {
    // In the second of two hours, what it names was in the first.
    while (local !== NEVER && instantOf(zone, local) <= ms) local = cron.next(local);
    return local === NEVER ? NEVER : instantOf(zone, local);
  }
  while (local - segment.offset >= segment.end) {
    if (local === NEVER) return NEVER;
    segment = segmentAt(zone, segment.end);
    local = cron.next(segment.start + segment.offset - 1);
  }
  return local - segment.offset;
}

function parse(expression: string): Parsed | undefined {
  return remembered(parsed, MOST_PARSED, expression, () => parseAnew(expression));
}

function parseAnew(expression: string): Parsed | undefined {
  const text = expression.trim();
  const fields = (NICKNAMES[text.toLowerCase()] ?? text).split(/[ \t]+/);
  const [minute = '', hour = '', day = '', , weekday = ''] = fields;
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) return undefined;
  // If either begins with a star, both must hold; else one of them is enough, as in Debian's cron.
  const domAndDow = day.startsWith('*') || weekday.startsWith('*');
  const cron = createCron(fields.join(' '), domAndDow);
  if (!cron?.nextRun(new Date(0))) return undefined;
  return {
    next: (local) => cron.nextRun(new Date(local))?.getTime() ?? NEVER,
    isFixed: !minute.startsWith('*') && !hour.startsWith('*'),
  };
}

function createCron(text: string, domAndDow: boolean): Cron | undefined {
  try {
    return new Cron(text, { mode: '5-part', timezone: 'UTC', domAndDow, paused: true });
  } catch {
    return undefined;
  }
}
