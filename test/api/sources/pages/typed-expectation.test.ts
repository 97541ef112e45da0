import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readTyped, typedOf } from '../../../../lambda/api/sources/pages/typed-expectation.ts';
import { ExpectationFields } from '../../../../lambda/core/roll/expectation.ts';

const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/).filter((text) => text !== '__proto__');
const duration = fc.constantFrom('5m', '1h', 'PT1H30M', '2d');
const number = fc.integer({ min: 1, max: 100 });
// As JSON has it, which knows no negative zero.
const bound = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
const limit = fc
  .tuple(fc.option(bound, { nil: undefined }), fc.option(bound, { nil: undefined }), number)
  .filter(([min, max]) => (min !== undefined || max !== undefined) && (min ?? -Infinity) <= (max ?? Infinity))
  .map(([min, max, of]) => ({ ...(min !== undefined && { min }), ...(max !== undefined && { max }), of }));
const window = fc.record(
  { cron: fc.constantFrom('0 3 * * 0', '@daily', '30 2 1-7 * 1-5'), for: duration, tz: fc.constant('Europe/Madrid') },
  { requiredKeys: ['cron', 'for'] },
);
const expectation = fc
  .record(
    {
      schedule: fc.constantFrom({ every: '1d' }, { cron: '30 2 * * 1-5', tz: 'Europe/Madrid' }, { cron: '@hourly' }),
      grace: duration,
      early: duration,
      maxRun: duration,
      failures: number,
      recoveries: number,
      remind: duration,
      limits: fc.dictionary(name, limit, { maxKeys: 10 }),
      windows: fc.array(window, { maxLength: 10 }),
      channels: fc.array(name, { minLength: 1, maxLength: 10 }),
      tags: fc.array(name, { maxLength: 20 }),
      description: fc.constantFrom('Dumps the database.', 'Two\nlines, with <b>'),
    },
    { requiredKeys: ['schedule'] },
  )
  .map(({ schedule, ...rest }) => v.parse(ExpectationFields, { ...schedule, ...rest }));

describe('an expectation that is typed', () => {
  it('is the one that the form showed, whatever it was', () => {
    fc.assert(
      fc.property(expectation, (shown) => {
        expect(readTyped(typedOf(shown))).toEqual({ expectation: shown });
      }),
    );
  });

  it('may have spaces, commas, and lines that are empty, as people have it', () => {
    const typed = {
      every: ' 1d ',
      tags: ' db,  prod\n',
      limits: '\n  disk  max 90   of 3 \r\n\r\nload min 1\n',
      windows: ' 0 3 * * 0  for 2h ',
    };
    expect(readTyped(typed)).toMatchObject({
      expectation: {
        every: '1d',
        tags: ['db', 'prod'],
        limits: { disk: { max: 90, of: 3 }, load: { min: 1, of: 1 } },
        windows: [{ cron: '0 3 * * 0', for: '2h' }],
      },
    });
  });

  it.each([
    ['every', {}, 'either every or cron'],
    ['every', { every: 'often' }, 'from 1m to 366d'],
    ['cron', { cron: '61 * * * *' }, 'minute, hour, day'],
    ['tz', { every: '1d', tz: 'UTC' }, 'either every or cron'],
    ['failures', { every: '1d', failures: 'two' }, 'a whole number from 1 to 100'],
    ['failures', { every: '1d', failures: '0' }, 'a whole number from 1 to 100'],
    ['limits', { every: '1d', limits: 'disk' }, 'with min or max or both'],
    ['limits', { every: '1d', limits: 'disk max' }, 'a limit a line'],
    ['limits', { every: '1d', limits: 'disk max 1 max 2' }, 'a limit a line'],
    ['limits', { every: '1d', limits: 'disk over 90' }, 'a limit a line'],
    ['limits', { every: '1d', limits: 'disk min 2 max 1' }, 'min that is not above the max'],
    ['windows', { every: '1d', windows: '0 3 * * 0 2h' }, 'a window a line'],
    ['windows', { every: '1d', windows: '0 0 30 2 * for 2h' }, 'must come at some time'],
    ['windows', { every: '1d', windows: '@daily for 2h in Mars' }, 'a time zone'],
    ['tags', { every: '1d', tags: 'a b! c' }, '1 to 64 of'],
  ])('is refused for %s of %j with what is allowed', (field, typed, allowed) => {
    const result = readTyped(typed);
    const [fault] = 'faults' in result ? result.faults : [];
    expect([fault?.field, fault?.allowed]).toEqual([field, expect.stringContaining(allowed)]);
  });

  it('tells of each field that is wrong', () => {
    const result = readTyped({ every: 'often', grace: 'long', limits: 'x y' });
    expect('faults' in result && result.faults.map(({ field }) => field).toSorted()).toEqual([
      'every',
      'grace',
      'limits',
    ]);
  });
});
