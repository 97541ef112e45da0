/** A release, as `gh release list --json tagName,isDraft,isPrerelease,publishedAt` says it. */
export interface Release {
  readonly tagName: string;
  readonly isDraft: boolean;
  /** Of one that is tried in staging only, or that was taken back. */
  readonly isPrerelease: boolean;
  readonly publishedAt: string;
}

/**
 * The release to go back to from another: the last full one that was published before it. Those that were taken back
 * have become pre-releases, so that nobody goes back to them.
 */
export function previousRelease(releases: readonly Release[], tag: string): Release | undefined {
  const current = releases.find(({ tagName }) => tagName === tag);
  return releases
    .filter(isFull)
    .filter(({ publishedAt }) => current === undefined || publishedAt < current.publishedAt)
    .toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))[0];
}

/** The full releases that came after one: what going back to it takes back. */
export function laterReleases(releases: readonly Release[], tag: string): readonly Release[] {
  const target = releases.find(({ tagName }) => tagName === tag);
  if (target === undefined) return [];
  return releases.filter(isFull).filter(({ publishedAt }) => publishedAt > target.publishedAt);
}

function isFull({ isDraft, isPrerelease }: Release): boolean {
  return !isDraft && !isPrerelease;
}
