/** Tables as text with commas between (RFC 4180). */

/** A line of RFC 4180. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

/**
 * Where a formula may begin, before what begins one, in its usual, its full and its small width: at the start of a cell.
 * Spreadsheets take the separator of their country, whatever the file says, and then end cells within our fields, quoted or
 * not; some skip spaces and quotes that a cell begins with.
 */
const FORMULA = /(^|[,;|\t\r\n])([\p{Zs}"']*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B])/gu;

/**
 * A field of RFC 4180. What a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection"), as
 * does white space that it would drop; what has anything special in it is quoted. No two texts give one field: the import
 * takes the apostrophes away again (bin/records/csv.ts).
 */
export function csvField(text: string): string {
  const safe = text.replaceAll(FORMULA, "$1$2'").replace(/^(?='*[\t\r\n])/, "'");
  return safe !== text || /[",;|\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
