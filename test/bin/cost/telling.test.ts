import { expect, it } from 'vitest';
import { totalOf } from '../../../bin/cost/model.ts';
import { tellingBill } from '../../../bin/cost/telling.ts';

it('a month with 100 mails and 100 webhooks costs less than ten cents beyond the watch', () => {
  const bill = tellingBill({ mails: 100, webhooks: 100 });
  expect(totalOf(bill)).toBeLessThan(0.1);
  expect(bill.get('Mails')).toBeCloseTo(0.01);
  expect(totalOf(tellingBill({ mails: 0, webhooks: 0 }))).toBeLessThan(0.01);
  expect(totalOf(tellingBill({ mails: 1_000_000, webhooks: 0 }))).toBeGreaterThan(100);
});
