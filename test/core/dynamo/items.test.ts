import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fields, fromItem, toItem } from '../../../lambda/core/dynamo/items.ts';

const { fields } = fc.letrec<{ fields: Fields; value: string | number | Fields }>((tie) => ({
  fields: fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    tie('value'),
    { noNullPrototype: true, maxKeys: 5 },
  ),
  value: fc.oneof({ maxDepth: 2 }, fc.string(), fc.integer(), tie('fields')),
}));

describe('an item', () => {
  it("is what the SDK's own converter makes of the same fields, and comes back as them", () => {
    fc.assert(
      fc.property(fields, (given) => {
        const item = toItem(given);
        expect(item).toEqual(marshall(given));
        expect(fromItem(item)).toEqual(given);
        expect(fromItem(item)).toEqual(unmarshall(item));
      }),
    );
  });

  it('has nothing of fields that are undefined, and no field of attributes of other types', () => {
    expect(toItem({ a: undefined, b: '' })).toEqual({ b: { S: '' } });
    expect(fromItem({ a: { BOOL: true }, b: { S: '' } })).toEqual({ a: undefined, b: '' });
  });
});
