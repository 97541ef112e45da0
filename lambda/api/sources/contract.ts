/** What the contract says of sources more than once. */
import type { ResponseDoc } from '../http/operation.ts';
import { Source } from '../timestamps/fields.ts';

export const SOURCE_PATH = { source: Source };

const LISTS = {
  'text/html': 'Text',
  'text/csv': 'Text',
  'application/x-ndjson': 'Text',
  'text/plain': 'Text',
} as const;
const NEXT_PAGE = { type: 'string', description: 'The next page (RFC 8288): `<address>; rel="next"`.' };

/** A page in all formats. */
export function pageDoc(schema: 'SourcePage' | 'OutagePage'): ResponseDoc {
  return {
    description: 'A page.',
    optionalHeaders: { link: NEXT_PAGE },
    content: { 'application/json': schema, ...LISTS },
  };
}

export const SOURCE_ANSWER: ResponseDoc = {
  description: 'The source as it stands.',
  content: { 'application/json': 'Source', 'text/html': 'Text', 'text/plain': 'Text' },
};

/** The same, where browsers that sent a form go on. */
export const SOURCE_DATA: ResponseDoc = {
  description: 'The source as it stands.',
  content: { 'application/json': 'Source', 'text/plain': 'Text' },
};

/** Where browsers go on that sent a form. */
export const GO_ON: ResponseDoc = {
  description: 'It is done. Browsers go on to the page.',
  headers: { location: { type: 'string', format: 'uri-reference' } },
};
