import { describe, expect, it } from 'vitest';
import { lastContactOf } from '../../../lambda/core/roll/last-contact.ts';

const heard = (lastContact?: number) => ({ lastContact, runs: {}, values: {} });

describe('the last contact of a source', () => {
  it.each([
    ['nothing is known', {}, undefined, undefined],
    ['its item alone has one', { lastContact: 5 }, undefined, 5],
    ['more was heard since', { lastContact: 5 }, heard(9), 9],
    ['what was heard is no contact', { lastContact: 5 }, heard(), 5],
    ['it fell silent, and was parked', { lastContact: 5, parked: heard(8) }, undefined, 8],
    ['it was heard again after it was parked', { lastContact: 5, parked: heard(8) }, heard(9), 9],
  ])('is the latest there is, where %s', (_, state, since, expected) => {
    expect(lastContactOf(state, since)).toBe(expected);
  });
});
