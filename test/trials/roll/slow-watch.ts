/**
 * A watch that is slow and obvious: it goes through records one by one and through time minute by minute, and remembers what
 * it is to do in plain counters. It knows sources that answer by a period, which may be one of the clock (`isCron`).
 */
const MINUTE = 60_000;
const LONG_AGO = Number.NEGATIVE_INFINITY;

export interface Rules {
  period: number;
  isCron: boolean;
  grace: number;
  early: number;
  maxRun: number | undefined;
  failures: number;
  recoveries: number;
  /** The most that the value `disk` may be, and how often in a row it must be more. */
  limit: { max: number; of: number } | undefined;
  /** From minute 30 of each hour on, so many minutes. */
  windowMinutes: number;
}

export interface Saying {
  at: number;
  state: 'success' | 'start' | 'fail' | 'log';
  run: string;
  disk: number | undefined;
}

export class SlowWatch {
  standing: 'waiting' | 'up' | 'affected' | 'down' | 'paused' = 'waiting';
  reason = '';
  /** When the source was due whose silence is the outage. */
  due = 0;
  private readonly rules: Rules;
  private minute: number;
  private baseline: number;
  private forgivenTo: number;
  private contact = LONG_AGO;
  private answer = LONG_AGO;
  /** Where it was no answer. */
  private firstContact = LONG_AGO;
  private readonly runs = new Map<string, number>();
  private failuresInRow = 0;
  private successesInRow = 0;
  private isFailing = false;
  private recoveredAt = LONG_AGO;
  private beyondInRow = 0;
  private withinInRow = 0;
  private isBeyond = false;
  /** Since an outage was found that is no failure. */
  private successesSince = 0;
  private pausedBy = '';

  constructor(rules: Rules, now: number) {
    this.rules = rules;
    this.minute = Math.floor(now / MINUTE);
    this.baseline = now;
    this.forgivenTo = now;
  }

  hears({ at, state, run, disk }: Saying): void {
    this.passTo(at);
    if (state === 'log') return;
    this.contact = at;
    if (disk !== undefined && this.rules.limit) this.reads(disk, this.rules.limit);
    if (state === 'start') {
      if (!this.runs.has(run)) this.runs.set(run, at);
      return;
    }
    this.answer = at;
    this.runs.delete(run);
    if (state === 'fail') {
      this.failuresInRow++;
      this.successesInRow = 0;
      this.successesSince = 0;
      if (this.failuresInRow >= this.rules.failures) this.isFailing = true;
      return;
    }
    this.failuresInRow = 0;
    this.successesInRow++;
    this.successesSince++;
    const counted = this.standing === 'down' && this.reason !== 'failed' ? this.successesSince : this.successesInRow;
    if (this.successesInRow >= this.rules.recoveries) this.isFailing = false;
    if (counted >= this.rules.recoveries) this.recoveredAt = at;
  }

  /** Judges, and then stands as it stands. */
  judges(now: number): void {
    this.passTo(now);
    if (this.standing === 'paused') return;
    if (this.standing === 'waiting') this.beginsToAnswer(now);
    const fault = this.faultAt(now);
    if (this.standing === 'down') {
      if (this.recoveredAt > LONG_AGO && fault === '') this.standing = 'up';
    } else if (fault !== '') {
      this.standing = 'down';
      this.reason = fault;
      this.due = this.dueNext();
      this.successesSince = 0;
      this.recoveredAt = LONG_AGO;
    }
    if (this.standing === 'up' && this.isBeyond) this.standing = 'affected';
    if (this.standing === 'affected' && !this.isBeyond) this.standing = 'up';
  }

  /** How it stands, where it makes no difference whether the watch has seen that a window is over. */
  get stands(): string {
    return this.standing === 'waiting' && this.contact > LONG_AGO ? 'up' : this.standing;
  }

  pauses(now: number): void {
    this.passTo(now);
    this.standing = 'paused';
    this.pausedBy = 'request';
  }

  resumes(now: number): void {
    this.passTo(now);
    if (this.pausedBy !== 'request') return;
    this.goesOn(now);
    if (this.isWindow(this.minute)) this.pausesForWindow();
  }

  reschedules(now: number, period: number): void {
    this.passTo(now);
    if (this.rules.period !== period) this.baseline = now;
    this.rules.period = period;
  }

  private reads(disk: number, { max, of }: { max: number; of: number }): void {
    this.beyondInRow = disk > max ? this.beyondInRow + 1 : 0;
    this.withinInRow = disk > max ? 0 : this.withinInRow + 1;
    if (this.beyondInRow >= of) this.isBeyond = true;
    if (this.withinInRow >= this.rules.recoveries) this.isBeyond = false;
  }

  private passTo(now: number): void {
    for (; this.minute < Math.floor(now / MINUTE); this.minute++) {
      if (this.isWindow(this.minute + 1)) this.pausesForWindow();
      else if (this.pausedBy === 'window') this.goesOn((this.minute + 1) * MINUTE);
    }
  }

  private isWindow(minute: number): boolean {
    return minute % 60 >= 30 && minute % 60 < 30 + this.rules.windowMinutes;
  }

  private pausesForWindow(): void {
    if (this.pausedBy !== '') return;
    this.standing = 'paused';
    this.pausedBy = 'window';
  }

  private goesOn(now: number): void {
    this.standing = this.answered() === LONG_AGO ? 'waiting' : 'up';
    this.pausedBy = '';
    this.baseline = now;
    this.forgivenTo = now;
    this.isFailing = false;
    this.isBeyond = false;
  }

  private beginsToAnswer(now: number): void {
    if (this.contact >= this.forgivenTo) {
      this.standing = 'up';
      if (this.answered() === LONG_AGO) this.firstContact = this.contact;
    } else if (this.answered() > LONG_AGO && this.dueAfter(this.answered()) + this.rules.grace > now)
      this.standing = 'up';
  }

  private answered(): number {
    return Math.max(this.firstContact, this.rules.maxRun === undefined ? this.answer : this.contact);
  }

  private faultAt(now: number): string {
    if (this.isFailing) return 'failed';
    const { maxRun } = this.rules;
    if (maxRun !== undefined) {
      for (const begun of this.runs.values()) {
        const mustEnd = Math.max(begun, this.baseline) + maxRun;
        if (mustEnd <= now && mustEnd > this.recoveredAt) return 'overdue';
      }
    }
    return this.contact > LONG_AGO && this.dueNext() + this.rules.grace <= now ? 'silent' : '';
  }

  private dueNext(): number {
    const { maxRun } = this.rules;
    const begun = Math.max(LONG_AGO, ...this.runs.values());
    const due = Math.max(this.dueAfter(this.answered()), this.dueFrom(this.baseline));
    const isAtWork = maxRun !== undefined && begun > LONG_AGO && begun >= this.answer;
    return isAtWork ? Math.max(due, Math.max(begun, this.baseline) + maxRun) : due;
  }

  private dueFrom(at: number): number {
    const { period, isCron } = this.rules;
    return isCron ? (Math.floor(at / period) + 1) * period : at + period;
  }

  private dueAfter(answer: number): number {
    if (answer === LONG_AGO) return LONG_AGO;
    const next = this.dueFrom(answer);
    const isEarly = this.rules.isCron && next - answer <= Math.min(this.rules.early, this.rules.period / 2);
    return isEarly ? next + this.rules.period : next;
  }
}
