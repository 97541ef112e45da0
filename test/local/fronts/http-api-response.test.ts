import { describe, expect, test } from 'vitest';
import { errorResponse, readResult } from '../../../local/fronts/http-api-response.ts';

const read = (result: unknown) => readResult(JSON.stringify(result));
const refused = (why: RegExp) => ({ refusal: expect.stringMatching(why) });

describe('a result with a status code', () => {
  test('becomes a response, with a Set-Cookie for each cookie', () => {
    const result = {
      statusCode: 201,
      statusDescription: '299 Ignored',
      isBase64Encoded: false,
      headers: { 'Content-Type': 'text/csv', location: '/app/1', Connection: 'close', 'content-length': '9' },
      cookies: ['a=1', 'b=2'],
      body: 'é\n',
    };
    expect(read(result)).toStrictEqual({
      status: 201,
      reason: 'Created',
      headers: [
        ['Content-Type', 'text/csv'],
        ['location', '/app/1'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: Buffer.from('é\n'),
    });
  });

  test('gets a content type if it has a body and none', () => {
    const headers = [['content-type', 'text/plain; charset=utf-8']];
    expect(read({ statusCode: 200, body: 'x' })).toMatchObject({ headers });
    expect(read({ statusCode: 204 })).toMatchObject({ headers: [] });
  });

  test('may have its body as base64', () => {
    expect(read({ statusCode: 200, isBase64Encoded: true, body: 'AP8=' })).toMatchObject({
      body: Buffer.from([0, 255]),
    });
  });

  test.each<[string, object, RegExp]>([
    ['a status that is text', { statusCode: '200' }, /statusCode/],
    ['a status of 99', { statusCode: 99 }, /statusCode/],
    ['a status of null', { statusCode: null }, /statusCode/],
    ['a body that is an object', { statusCode: 200, body: {} }, /body is not a string/],
    ['a body that is not base64', { statusCode: 200, isBase64Encoded: true, body: '*' }, /not valid base64/],
    ['a flag that is text', { statusCode: 200, isBase64Encoded: 'true' }, /isBase64Encoded/],
    ['headers that are a list', { statusCode: 200, headers: [] }, /headers is not an object/],
    ['a header that is a number', { statusCode: 200, headers: { a: 1 } }, /headers\["a"] is not a string/],
    ['a header that splits the answer', { statusCode: 200, headers: { a: 'b\r\nc: d' } }, /characters no header/],
    ['a cookie that splits the answer', { statusCode: 200, cookies: ['a=1\r\nb: c'] }, /characters no header/],
    ['headers of another format', { statusCode: 200, multiValueHeaders: {} }, /multiValueHeaders/],
    ['cookies that are none', { statusCode: 200, cookies: 'a=1' }, /cookies is not/],
    ['more than 6 MB', { statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) }, /over 6 MB/],
  ])('is refused for %s', (_, result, why) => {
    expect(read(result)).toStrictEqual(refused(why));
  });
});

test.each(['{"message":"Hello"}', '"Hello"', '[]', 'null', 'no JSON'])(
  'a result without one, %s, is a body',
  (json) => {
    expect(readResult(json)).toStrictEqual({
      status: 200,
      reason: 'OK',
      headers: [['content-type', 'application/json']],
      body: Buffer.from(json),
    });
  },
);

test.each([
  [404, '{"message":"Not Found"}'],
  [413, '{"message":"Request Entity Too Large"}'],
  [500, '{"message":"Internal Server Error"}'],
  [503, '{"message":"Service Unavailable"}'],
])('the own answer of the API to %i is %s', (status, body) => {
  const headers = [['content-type', 'application/json']];
  expect(errorResponse(status)).toMatchObject({ status, headers, body: Buffer.from(body) });
});
