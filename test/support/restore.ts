/** Most files share a process: what one has put in the place of something is gone before the next one starts. */
import { afterAll, vi } from 'vitest';

afterAll(() => {
  vi.restoreAllMocks();
  // Else they keep what they were called with.
  vi.clearAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
