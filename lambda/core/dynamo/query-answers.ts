import { Readable } from 'node:stream';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HttpResponse } from '@smithy/core/protocols';

/**
 * Hands the answers to queries over as they travelled. The SDK copies an answer three times, as bytes, and walks through
 * each attribute of each item along its schema, though text needs no decoding, and most of what is read for a page in
 * many shards is not shown. Errors, and the answers to all else, are decoded by the SDK.
 */
export function keepQueryAnswers({ middlewareStack }: DynamoDBClient): void {
  middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (context.commandName !== 'QueryCommand' || !HttpResponse.isInstance(response)) return result;
      if (response.statusCode !== 200 || !(response.body instanceof Readable)) return result;
      context.answer = JSON.parse(await textOf(response.body));
      // There is nothing left to decode.
      response.body = undefined;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'readQueryAnswer' },
  );
  middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.answer !== undefined) Object.assign(result.output ?? {}, context.answer);
      return result;
    },
    { step: 'deserialize', priority: 'high', name: 'keepQueryAnswer' },
  );
}

function textOf(body: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    body
      .setEncoding('utf8')
      .on('data', (part: string) => {
        text += part;
      })
      .on('end', () => resolve(text))
      .on('error', reject);
  });
}
