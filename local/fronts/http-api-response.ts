import { STATUS_CODES } from 'node:http';
import type { FrontResponse } from './front.ts';
import {
  checkLines,
  type Fields,
  type Headers,
  isRecord,
  isStrings,
  parse,
  type Refusal,
  readHeaders,
  readResponse,
} from './function-result.ts';
import type { HeaderLine } from './headers.ts';
import { MAX_PAYLOAD_BYTES } from './http-api-event.ts';

/**
 * Reads the JSON text that the function returned as payload format 2.0: with a `statusCode` as a response, without one as
 * the body of a 200, as it is.
 * Source: API Gateway developer guide, "Lambda function response for format 2.0"; that the text is not looked into, and
 * that a body without a content type gets `text/plain`, from AWS's own test tool (github.com/aws/aws-lambda-dotnet,
 * Tools/LambdaTestTool-v2, InvokeResponseExtensions and ApiGatewayResponseExtensions).
 */
export function readResult(json: string): FrontResponse | Refusal {
  if (Buffer.byteLength(json) > MAX_PAYLOAD_BYTES) return { refusal: 'the response JSON is over 6 MB' };
  const result = parse(json);
  if (!isRecord(result) || result.statusCode === undefined) return messageResponse(200, json);
  const response = readResponse(result, readLines);
  if ('refusal' in response || response.body.length === 0) return response;
  const typed = response.headers.some(([name]) => name.toLowerCase() === 'content-type');
  const type: HeaderLine = ['content-type', 'text/plain; charset=utf-8'];
  return typed ? response : { ...response, headers: [...response.headers, type] };
}

/** The API's own answer to an error that it raises itself: `{"message":"Not Found"}`. */
export function errorResponse(status: number): FrontResponse {
  // Its names for these are older than those of RFC 9110.
  const message = status === 413 ? 'Request Entity Too Large' : STATUS_CODES[status];
  return messageResponse(status, JSON.stringify({ message }));
}

function messageResponse(status: number, text: string): FrontResponse {
  const headers: HeaderLine[] = [['content-type', 'application/json']];
  return { status, reason: STATUS_CODES[status] ?? '', headers, body: Buffer.from(text) };
}

/** A real API ignores fields of the other format without a word, which loses headers; the model refuses. */
function readLines(result: Fields): Headers {
  const { cookies = [] } = result;
  if (result.multiValueHeaders !== undefined) return { refusal: 'multiValueHeaders is not of payload format 2.0' };
  if (!isStrings(cookies)) return { refusal: 'cookies is not an array of strings' };
  const headers = readHeaders(result);
  if ('refusal' in headers) return headers;
  return checkLines([...headers.lines, ...cookies.map((cookie): HeaderLine => ['set-cookie', cookie])]);
}
