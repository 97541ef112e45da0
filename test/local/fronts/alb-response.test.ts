import { describe, expect, test } from 'vitest';
import { errorResponse, readResult } from '../../../local/fronts/alb-response.ts';

const read = (result: unknown, multiValueHeaders = false) => readResult(JSON.stringify(result), multiValueHeaders);
const single = (headers: unknown) => read({ statusCode: 200, headers });
const multi = (multiValueHeaders: unknown) => read({ statusCode: 200, multiValueHeaders }, true);
const refused = (why: RegExp) => ({ refusal: expect.stringMatching(why) });

describe('a result in single-value mode', () => {
  test('becomes a response with its headers as the function wrote them', () => {
    const result = {
      statusCode: 201,
      statusDescription: '201 Created',
      isBase64Encoded: false,
      headers: { 'Content-Type': 'text/plain', location: '/app/1' },
      body: 'é\n',
    };
    expect(read(result)).toStrictEqual({
      status: 201,
      reason: 'Created',
      headers: [
        ['Content-Type', 'text/plain'],
        ['location', '/app/1'],
      ],
      body: Buffer.from('é\n'),
    });
  });

  test('needs nothing but a status code', () => {
    expect(read({ statusCode: 404 })).toStrictEqual({
      status: 404,
      reason: 'Not Found',
      headers: [],
      body: Buffer.alloc(0),
    });
  });

  test.each([[{ a: 1 }], [{ a: true }], [{ a: null }], [{ a: ['b'] }]])(
    'is refused when a header is no string: %j',
    (headers) => {
      expect(single(headers)).toStrictEqual(refused(/headers\["a"] is not a string/));
    },
  );

  test.each([[null], ['a: b'], [[]], [7]])('is refused when its headers are no object: %j', (headers) => {
    expect(single(headers)).toStrictEqual(refused(/headers is not an object/));
  });

  test('is refused when it has multiValueHeaders, even empty or null ones', () => {
    for (const multiValueHeaders of [{}, null, { a: ['b'] }]) {
      expect(read({ statusCode: 200, headers: {}, multiValueHeaders })).toStrictEqual(
        refused(/multiValueHeaders is pres/),
      );
    }
  });
});

describe('a result in multi-value mode', () => {
  test('becomes a response with a line for each value', () => {
    expect(multi({ 'set-cookie': ['a=1', 'b=2'], vary: ['accept'], none: [] })).toMatchObject({
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['vary', 'accept'],
      ],
    });
  });

  test('needs nothing but a status code', () => {
    expect(read({ statusCode: 200 }, true)).toMatchObject({ status: 200, headers: [] });
  });

  test.each([[{ a: 'b' }], [{ a: [1] }], [{ a: null }], [{ a: [null] }]])(
    'is refused when a header is no array of strings: %j',
    (headers) => {
      expect(multi(headers)).toStrictEqual(refused(/multiValueHeaders\["a"] is not an array of strings/));
    },
  );

  test.each([[null], [[]], ['a']])('is refused when its headers are no object: %j', (headers) => {
    expect(multi(headers)).toStrictEqual(refused(/multiValueHeaders is not an object/));
  });

  test('is refused when it has headers, which would be lost', () => {
    for (const headers of [{}, null, { a: 'b' }]) {
      expect(read({ statusCode: 200, headers, multiValueHeaders: {} }, true)).toStrictEqual(
        refused(/headers is present/),
      );
    }
  });
});

describe('a result', () => {
  test.each([['null'], ['[]'], ['"200"'], ['200'], [''], ['{'], ['undefined']])(
    'is refused when it is no JSON object: %s',
    (json) => {
      expect(readResult(json, false)).toStrictEqual(refused(/not a JSON object/));
    },
  );

  test.each([[undefined], [null], ['200'], [200.5], [199], [100], [600], [Number.NaN]])(
    'is refused when its status code is %s',
    (statusCode) => {
      expect(read({ statusCode })).toStrictEqual(refused(/statusCode/));
    },
  );

  test.each([[200], [599]])('may have status code %i', (statusCode) => {
    expect(read({ statusCode })).toMatchObject({ status: statusCode });
  });

  test.each([[null], [200], [{}], ['200 OK\r\nSet-Cookie: a=b'], ['200 \u2713']])(
    'is refused when its status description is %j',
    (statusDescription) => {
      expect(read({ statusCode: 200, statusDescription })).toStrictEqual(refused(/statusDescription/));
    },
  );

  test('gives its own reason phrase, or the standard one when the description has none', () => {
    const reason = (statusDescription: string) => read({ statusCode: 200, statusDescription });
    expect(reason('200 All is well')).toMatchObject({ reason: 'All is well' });
    expect(reason('200')).toMatchObject({ reason: 'OK' });
    expect(reason('')).toMatchObject({ reason: 'OK' });
  });

  test.each([[null], ['true'], [0]])('is refused when isBase64Encoded is %j', (isBase64Encoded) => {
    expect(read({ statusCode: 200, isBase64Encoded })).toStrictEqual(refused(/isBase64Encoded/));
  });

  test.each([[{}], [1], [false], [['a']]])('is refused when its body is %j', (body) => {
    expect(read({ statusCode: 200, body })).toStrictEqual(refused(/body is not a string/));
  });

  test('has an empty body when it is null', () => {
    expect(read({ statusCode: 200, body: null })).toMatchObject({ body: Buffer.alloc(0) });
  });

  test('has its base64 body decoded', () => {
    expect(read({ statusCode: 200, isBase64Encoded: true, body: 'AP8=' })).toMatchObject({
      body: Buffer.from([0, 255]),
    });
    expect(read({ statusCode: 200, isBase64Encoded: true, body: '' })).toMatchObject({ body: Buffer.alloc(0) });
    expect(read({ statusCode: 200, isBase64Encoded: false, body: 'AP8=' })).toMatchObject({
      body: Buffer.from('AP8='),
    });
  });

  test.each([['AP8'], ['AP 8='], ['A-8='], ['hello, world'], ['AP8=\n'], ['=']])(
    'is refused when its body is not valid base64: %j',
    (body) => {
      expect(read({ statusCode: 200, isBase64Encoded: true, body })).toStrictEqual(refused(/base64/));
    },
  );

  test('is refused when its JSON is over 1 MB of UTF-8', () => {
    const json = (bytes: number) => {
      const empty = JSON.stringify({ statusCode: 200, body: '' });
      const spare = bytes - empty.length;
      return JSON.stringify({ statusCode: 200, body: 'é'.repeat(Math.floor(spare / 2)) + 'a'.repeat(spare % 2) });
    };
    expect(readResult(json(1_048_576), false)).toMatchObject({ status: 200 });
    expect(readResult(json(1_048_577), false)).toStrictEqual(refused(/over 1 MB/));
  });

  test.each([['a b'], [''], ['a:'], ['é'], ['a\r\nb']])('is refused when a header is named %j', (name) => {
    expect(single({ [name]: 'v' })).toStrictEqual(refused(/is not a header name/));
    expect(multi({ [name]: ['v'] })).toStrictEqual(refused(/is not a header name/));
  });

  test.each([['a\rb'], ['a\nb'], ['a\0b'], ['\u2713'], ['a\u007f']])('is refused when a header is %j', (value) => {
    expect(single({ a: value })).toStrictEqual(refused(/value of header a/));
    expect(multi({ a: ['ok', value] })).toStrictEqual(refused(/value of header a/));
  });

  test('may have Latin-1 and tabs in a header', () => {
    expect(single({ a: 'é\tü' })).toMatchObject({ headers: [['a', 'é\tü']] });
  });

  test('may have headers named like members of Object.prototype', () => {
    const json = '{"statusCode":200,"headers":{"__proto__":"a","constructor":"b"}}';
    expect(readResult(json, false)).toMatchObject({
      headers: [
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ],
    });
  });

  test('is refused when its headers are over 32 KB', () => {
    const value = (bytes: number) => 'v'.repeat(bytes - 'a: \r\n'.length);
    expect(single({ a: value(32_768) })).toMatchObject({ status: 200 });
    expect(single({ a: value(32_769) })).toStrictEqual(refused(/over 32 KB/));
    expect(multi({ a: [value(16_384), value(16_384)] })).toMatchObject({ status: 200 });
    expect(multi({ a: [value(16_384), value(16_385)] })).toStrictEqual(refused(/over 32 KB/));
  });

  test('loses hop-by-hop headers and Content-Length', () => {
    const names = ['Connection', 'keep-alive', 'proxy-connection', 'Transfer-Encoding', 'TE', 'Trailer', 'Upgrade'];
    const headers = Object.fromEntries(
      [...names, 'content-LENGTH', 'x-named', 'X-Kept'].map((name) => [name, 'x-named']),
    );
    expect(single(headers)).toMatchObject({ headers: [['X-Kept', 'x-named']] });
    const multiple = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    expect(multi(multiple)).toMatchObject({ headers: [['X-Kept', 'x-named']] });
  });
});

test("the load balancer's own error is the page a real one sends", () => {
  expect(errorResponse(502)).toStrictEqual({
    status: 502,
    reason: 'Bad Gateway',
    headers: [
      ['Server', 'awselb/2.0'],
      ['Content-Type', 'text/html'],
    ],
    body: Buffer.from(
      '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n' +
        '<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
    ),
  });
  // 463 is the load balancer's own invention, without a standard phrase.
  expect(errorResponse(463).body.toString()).toContain('<title>463</title>');
});
