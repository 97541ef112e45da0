import { describe, expect, it } from 'vitest';
import { readStage } from '../../../lib/config/read-stage.ts';
import { synthesise } from '../../support/synth.ts';
import { allProperties } from '../requirements/templates.ts';

const ALARM_EMAILS = ['oncall@example.com', 'boss@example.com'];

describe('the budget of a stage', () => {
  it('tells each address when the month is about to cost more, and when it has', async () => {
    const { api } = await synthesise({ monthlyBudgetUsd: 25, alarmEmails: ALARM_EMAILS, alarms: false });
    const Subscribers = ALARM_EMAILS.map((Address) => ({ Address, SubscriptionType: 'EMAIL' }));
    const above = { ComparisonOperator: 'GREATER_THAN', Threshold: 100, ThresholdType: 'PERCENTAGE' };
    expect(allProperties(api, 'AWS::Budgets::Budget')).toMatchObject([
      {
        Budget: { BudgetLimit: { Amount: 25, Unit: 'USD' }, BudgetType: 'COST', TimeUnit: 'MONTHLY' },
        NotificationsWithSubscribers: [
          { Notification: { ...above, NotificationType: 'FORECASTED' }, Subscribers },
          { Notification: { ...above, NotificationType: 'ACTUAL' }, Subscribers },
        ],
      },
    ]);
  });

  it.each([[[]], [Array.from({ length: 11 }, (_, i) => `p${i}@example.com`)]])(
    'needs somebody to tell, and at most ten: %j',
    (alarmEmails) => {
      const read = () => readStage({ x: { region: 'eu-west-1', monthlyBudgetUsd: 25, alarmEmails } }, 'x');
      expect(read).toThrow('it must be 1 to 10 addresses, because monthlyBudgetUsd tells them.');
    },
  );

  it('is off unless it is asked for', () => {
    expect(readStage({ x: { region: 'eu-west-1' } }, 'x').monthlyBudgetUsd).toBeUndefined();
  });
});
