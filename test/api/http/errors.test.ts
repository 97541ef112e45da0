import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../lambda/api/http/errors.ts';

describe('an HttpError', () => {
  it('says who it is in the log, and keeps its cause', () => {
    const cause = new Error('gone');
    const error = new HttpError(400, 'Not so.', { cause });
    expect(error).toMatchObject({ name: 'HttpError', message: 'Not so.', status: 400, headers: {}, errors: undefined });
    expect(error.cause).toBe(cause);
  });
});
