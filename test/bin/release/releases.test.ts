import { describe, expect, it } from 'vitest';
import { laterReleases, previousRelease, type Release } from '../../../bin/release/releases.ts';

function release(tagName: string, day: number, change: Partial<Release> = {}): Release {
  const publishedAt = `2026-11-${String(day).padStart(2, '0')}T12:00:00Z`;
  return { tagName, publishedAt, isDraft: false, isPrerelease: false, ...change };
}

const FIRST = release('v1.0.0', 1);
const SECOND = release('v1.1.0', 2);
const BAD = release('v1.2.0', 3, { isPrerelease: true });
const DRAFT = release('v9.0.0', 4, { isDraft: true });
const CURRENT = release('v1.10.0', 5);
const ALL = [CURRENT, FIRST, BAD, DRAFT, SECOND];

describe('The release to go back to', () => {
  it('is the last one before, in the order in which they were published, and not in that of their names', () => {
    expect(previousRelease(ALL, 'v1.10.0')).toBe(SECOND);
    expect(previousRelease(ALL, 'v1.1.0')).toBe(FIRST);
  });

  it('is none that was taken back, and none that is not published', () => {
    expect(previousRelease([BAD, DRAFT, CURRENT], 'v1.10.0')).toBeUndefined();
  });

  it('is none for the first release', () => {
    expect(previousRelease(ALL, 'v1.0.0')).toBeUndefined();
  });

  it('is the last full one for a release that the list does not have', () => {
    expect(previousRelease(ALL, 'v2.0.0')).toBe(CURRENT);
  });
});

describe('Going back to a release', () => {
  it('takes back the full ones that came after it', () => {
    expect(laterReleases(ALL, 'v1.0.0')).toEqual([CURRENT, SECOND]);
    expect(laterReleases(ALL, 'v1.10.0')).toEqual([]);
  });

  it('takes nothing back if it is not known', () => {
    expect(laterReleases(ALL, 'v7.0.0')).toEqual([]);
  });
});
