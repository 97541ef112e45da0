import { isId } from '../domain/timestamp-id.ts';
import { HttpError } from '../http/errors.ts';
import { readQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import { respond } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';
import { timestampPage } from '../pages/timestamp.ts';
import { NoFields } from './fields.ts';
import { textLine } from './list-formats.ts';

/** `GET /app/{id}`: one record. */
export const getTimestamp: Endpoint = async (request, { timestamps }, { id = '' }) => {
  const type = negotiate(request, ['application/json', 'text/html', 'text/plain']);
  readQuery(request, NoFields);
  const record = isId(id) ? await timestamps.get(id) : undefined;
  if (record === undefined) throw new HttpError(404, 'No timestamp has this id.');
  switch (type) {
    case 'application/json':
      return respond(200, type, `${JSON.stringify(record)}\n`);
    case 'text/html':
      return timestampPage(record);
    case 'text/plain':
      return respond(200, type, textLine(record));
  }
};
