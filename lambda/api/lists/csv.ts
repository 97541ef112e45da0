export { csvField, csvLine } from '../../core/text/csv.ts';
