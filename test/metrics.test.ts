import { expect, it, vi } from 'vitest';
import { emitMetric } from '../lambda/metrics.ts';

it('a metric is one line in the embedded metric format, written as it is', () => {
  const output = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  vi.spyOn(Date, 'now').mockReturnValue(1_795_212_906_172);
  emitMetric('StoreThrottled', 2, { FunctionName: 'rollcall', Route: '/app' });
  const lines = output.mock.calls.map(([line]) => String(line));
  vi.restoreAllMocks();
  expect(lines).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    _aws: {
      Timestamp: 1_795_212_906_172,
      CloudWatchMetrics: [
        {
          Namespace: 'Rollcall',
          Dimensions: [['FunctionName', 'Route']],
          Metrics: [{ Name: 'StoreThrottled', Unit: 'Count' }],
        },
      ],
    },
    FunctionName: 'rollcall',
    Route: '/app',
    StoreThrottled: 2,
  });
});
