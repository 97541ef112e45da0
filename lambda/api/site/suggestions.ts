/** Where somebody meant to go who typed an address that leads nowhere. */

const PAGES = ['/app', '/sources', '/outages', '/docs', '/openapi.json', '/health', '/ready'];
/** Other names for the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  '/api': '/docs',
  '/swagger': '/docs',
  '/openapi': '/openapi.json',
  '/index': '/',
  '/timestamps': '/app',
  '/roll': '/sources',
  '/status': '/sources',
  '/incidents': '/outages',
};
/** How many letters may be wrong. */
const MAX_DISTANCE = 2;

/** The page nearest to a path, or undefined when none is near. */
export function suggest(path: string): string | undefined {
  const [first = ''] = path.toLowerCase().split('/').filter(Boolean);
  const asked = `/${first}`.replace(/\.(html?|php|csv|ndjson)$/, '');
  if (asked in ALIASES) return ALIASES[asked];
  // Longer ones are no slip of the finger.
  if (asked.length > 20) return undefined;
  const [nearest] = PAGES.map((page) => ({ page, distance: distanceBetween(asked, page) }))
    .filter(({ page, distance }) => distance <= Math.min(MAX_DISTANCE, page.length - 2) && page !== path)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.page;
}

/** How many letters must be put in, taken out or changed (Levenshtein). */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
