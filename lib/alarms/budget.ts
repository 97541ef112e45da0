import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export interface BudgetProps {
  readonly monthlyUsd: number;
  /** The addresses that are told: 1 to 10. */
  readonly emails: readonly string[];
}

/**
 * Mails when a month is about to cost more than it may, and when it has. It counts the whole account: by tags AWS counts
 * nothing before somebody has activated them for billing, and a budget that silently counts nothing is worse than none.
 * It costs nothing itself, and stops nothing. Its name is generated, because new addresses replace it.
 */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { monthlyUsd, emails }: BudgetProps) {
    super(scope, id);
    const subscribers = emails.map((address) => ({ subscriptionType: 'EMAIL', address }));
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: ['FORECASTED', 'ACTUAL'].map((notificationType) => ({
        notification: {
          notificationType,
          comparisonOperator: 'GREATER_THAN',
          threshold: 100,
          thresholdType: 'PERCENTAGE',
        },
        subscribers,
      })),
    });
  }
}
