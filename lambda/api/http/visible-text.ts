export { jsonText, visible } from '../../core/text/visible-text.ts';
