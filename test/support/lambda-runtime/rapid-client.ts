/**
 * The part of AWS's runtime client that is C++, in its place where nobody compiled it: how it asks the Runtime API (Lambda
 * developer guide, "Using the Lambda runtime API"). All that decides what a function is given and says is AWS's own.
 */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

const ROOT = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
/** The answers on their way; the original waits for each. */
let sent: Promise<unknown> = Promise.resolve();

async function call(method: string, path: string, body = '', headers: Record<string, string> = {}) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(`${ROOT}/${path}`, { method, headers }, resolve).on('error', reject).end(body);
  });
  return { headers: response.headers, bodyJson: await text(response) };
}

export async function next() {
  await sent;
  return call('GET', 'next');
}

export function done(id: string, body: string): void {
  sent = call('POST', `${id}/response`, body);
}

export function error(id: string, body: string, xray: string): void {
  sent = call('POST', `${id}/error`, body, {
    'lambda-runtime-function-xray-error-cause': xray.replaceAll(/\s+/g, ' '),
  });
}
