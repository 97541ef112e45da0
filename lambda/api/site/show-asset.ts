import * as v from 'valibot';
import { defineEndpoint } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';
import { ETAG_DOC, IF_NONE_MATCH_DOC, NOT_MODIFIED_DOC, validated } from '../http/validator.ts';
import { assetAt } from './page-assets.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'A style sheet, a script or the icon of the pages',
  headers: IF_NONE_MATCH_DOC,
  path: {
    name: /* @__PURE__ */ v.string('the last part of an address that a page names, such as style.0123456789.css'),
  },
  responses: {
    200: {
      description: 'The asset. Under the address that the pages of this version name, it may be kept for ever.',
      headers: ETAG_DOC,
      content: { 'text/css': 'Text', 'text/javascript': 'Text', 'image/svg+xml': 'Text' },
    },
    304: NOT_MODIFIED_DOC,
  },
  problems: [404],
};

const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' };

/**
 * `GET /assets/{name}`: a style sheet, a script or the icon. While one version replaces another, a page of one can meet
 * the function of the other: it gets what is there, which nobody may keep under that address.
 */
export const showAsset = defineEndpoint({
  operationId: 'showAsset',
  access: 'open',
  operation,
  handle: ({ request, params: { name = '' } }) => {
    const asset = assetAt(name);
    if (asset === undefined) throw new HttpError(404, 'No asset has this name.');
    return validated(request, respond(200, asset.type, asset.text, asset.exact ? FOR_EVER : {}));
  },
});
