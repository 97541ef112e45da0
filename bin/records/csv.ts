/** CSV as we write it (RFC 4180), read again: each text comes back as it was. */
import { csvField } from '../../lambda/core/text/csv.ts';

/** What a spreadsheet would run; see `csvField`, which puts an apostrophe in front of it. */
const GUARDED_FORMULA = /(^|[,;|\t\r\n])([\p{Zs}"']*)'(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B])/gu;
const GUARDED_SPACE = /^'(?='*[\t\r\n])/;

/** A line of some texts. */
export function csvLine(texts: readonly string[]): string {
  return `${texts.map(csvField).join(',')}\r\n`;
}

/** The text that `csvField` was given, out of what stands between the quotes. */
export function unguarded(cell: string): string {
  return cell.replace(GUARDED_SPACE, '').replaceAll(GUARDED_FORMULA, '$1$2');
}

/** What came of reading the cells of a row: them, or the need of another line, or what is wrong. */
export type CsvRow =
  | { readonly kind: 'row'; readonly cells: readonly string[] }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'malformed'; readonly problem: string };

/** The cells of a row, which may have line breaks within quotes; the one at its end is not part of it. */
export function readCsvRow(text: string): CsvRow {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let cell = '';
      let from = at + 1;
      for (;;) {
        const quote = text.indexOf('"', from);
        if (quote === -1) return { kind: 'unfinished' };
        cell += text.slice(from, quote);
        from = quote + 1;
        if (text[from] !== '"') break;
        cell += '"';
        from += 1;
      }
      cells.push(cell);
      at = from;
    } else {
      const comma = text.indexOf(',', at);
      const cell = text.slice(at, comma === -1 ? undefined : comma);
      if (cell.includes('"'))
        return { kind: 'malformed', problem: 'a quote stands within a cell that has none around it' };
      cells.push(cell);
      at += cell.length;
    }
    if (at >= text.length) return { kind: 'row', cells };
    if (text[at] !== ',') return { kind: 'malformed', problem: 'something stands behind the quote that ends a cell' };
    at += 1;
  }
}
