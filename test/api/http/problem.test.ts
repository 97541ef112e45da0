import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../lambda/api/http/errors.ts';
import { problemResponse } from '../../../lambda/api/http/problem.ts';
import { toRequest } from '../../../lambda/api/http/request.ts';

const ADDRESS = 'https://rollcall.example/app/019aa2d6-1b2c-7a3f-8c1d-5e2f3a4b5c06';

async function problemOf(awsRequestId: string, accept = 'application/json', traceId?: string): Promise<string> {
  const request = { ...toRequest({ headers: { accept } }, { awsRequestId }, undefined), traceId };
  return (await problemResponse(new HttpError(404, 'Nothing.'), request)).body;
}

describe('the instance of a problem', () => {
  it('is a URI that means the request, and no address of ours', async () => {
    const id = randomUUID();
    const { instance } = JSON.parse(await problemOf(id));
    expect(instance).toBe(`urn:uuid:${id}`);
    expect(new URL(instance, ADDRESS).protocol).toBe('urn:');
  });

  it('is one whatever the id of the request is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uuid(), fc.string({ unit: 'binary' }), fc.constant('JKJaXmPLvHcESHA=')),
        async (id) => {
          const { instance } = JSON.parse(await problemOf(id));
          expect(instance).toMatch(/^(urn:uuid|tag):[\w.,:%!'()*~-]+$/);
          expect(new URL(instance, ADDRESS).href).toBe(instance);
        },
      ),
    );
  });

  it('has the trace beside it; people are given both as they stand in the logs', async () => {
    const id = randomUUID();
    expect(JSON.parse(await problemOf(id, 'application/json', '1-2-3'))).toMatchObject({ trace: '1-2-3' });
    expect(await problemOf(id, 'text/plain')).toBe(`404 Not Found: Nothing. (request ${id})\n`);
    expect(await problemOf(id, 'text/plain', '1-2-3')).toContain(`(request ${id}, trace 1-2-3)\n`);
    expect(await problemOf(id, 'text/html', '1-2-3')).toContain(`Request <code>${id}</code>, trace <code>1-2-3</code>`);
  });
});
