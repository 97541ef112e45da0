import * as v from 'valibot';
import { flag, numberIn, text, unless, wholeNumber } from '../config/schemas.ts';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EMAIL_ALLOWED = 'a list of e-mail addresses such as oncall@example.com';

export const ALARM_VALUES = {
  /** Whether somebody is told when users suffer. docs/slo.md says what the alarms cost. */
  alarms: v.optional(flag, true),
  /** The addresses that are told. Each has to confirm a mail from AWS first. */
  alarmEmails: v.optional(v.array(text(EMAIL, EMAIL_ALLOWED), EMAIL_ALLOWED), []),
  /** The most that a month of the whole account may cost; `alarmEmails` are told. Without it, there is no budget. */
  monthlyBudgetUsd: v.optional(wholeNumber(1, 1_000_000)),
  /** The share of requests that do not fail, in percent; docs/slo.md says how it is measured. */
  availabilityObjective: v.optional(numberIn(95, 99.99, 'a number from 95 to 99.99 (percent)'), 99.9),
  /** How many functions may run at the same time in the account and region; new accounts may have 10. */
  accountConcurrency: v.optional(wholeNumber(10, 1_000_000), 1000),
};

/** As many addresses as a budget tells (Budgets API reference, NotificationWithSubscribers). */
const MAX_BUDGET_EMAILS = 10;

/** The values of alarms that do not fit each other. */
export function alarmMisfits({
  monthlyBudgetUsd,
  alarmEmails,
}: {
  readonly monthlyBudgetUsd?: number | undefined;
  readonly alarmEmails: readonly string[];
}) {
  return unless(
    monthlyBudgetUsd === undefined || (alarmEmails.length > 0 && alarmEmails.length <= MAX_BUDGET_EMAILS),
    'alarmEmails',
    `1 to ${MAX_BUDGET_EMAILS} addresses, because monthlyBudgetUsd tells them`,
  );
}
