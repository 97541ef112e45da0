import { describe, expect, it } from 'vitest';
import { describeChange } from '../../../bin/report/change-report.ts';

const SAME = { stages: {}, bundle: { before: '233.9 KB', after: '234.1 KB' }, contract: 'no client breaks.' };

describe('The report on a change', () => {
  it('has the bundle before and after, the contract, and a stage whose templates stay the same', () => {
    const report = describeChange({ ...SAME, stages: { poc: [{ stack: 'rollcall-poc-api', diff: undefined }] } });
    expect(report).toContain('| Bundle | 233.9 KB | 234.1 KB |');
    expect(report).toContain('```\nno client breaks.\n```');
    expect(report).toContain('**poc**: the templates stay the same.');
  });

  it('names the stacks that change, and shows how', () => {
    const stacks = [
      { stack: 'rollcall-prod-data', diff: undefined },
      { stack: 'rollcall-prod-api', diff: '[+] AWS::IAM::Role New' },
    ];
    const report = describeChange({ ...SAME, stages: { prod: stacks } });
    expect(report).toContain('<summary><b>prod</b>: rollcall-prod-api</summary>');
    expect(report).toContain('rollcall-prod-api\n[+] AWS::IAM::Role New');
  });

  it('has nothing in it that ends the block of code that it stands in', () => {
    const stacks = [{ stack: 'rollcall-poc-api', diff: 'a\n```\n<img src=x>\n````\n@everyone' }];
    const [fence = ''] =
      /^`+$/m.exec(describeChange({ ...SAME, stages: { poc: stacks } }).split('<details>')[1] ?? '') ?? [];
    expect(fence).toBe('`````');
  });

  it('fits into a comment on GitHub', () => {
    const stacks = [{ stack: 'rollcall-poc-api', diff: 'x'.repeat(100_000) }];
    const report = describeChange({ ...SAME, stages: { poc: stacks } });
    expect(report.length).toBeLessThan(65_536);
    expect(report).toMatch(/left out: it is too long\.\n$/);
  });
});
