import { describe, expect, it } from 'vitest';
import { type AlarmState, type MissingData, nextState } from './alarm-state.ts';

/** Oldest first: 0 is below the threshold, X above it, - is missing. */
function states(points: string, datapointsToAlarm: number): AlarmState[] {
  const latestFirst = points.split(' ').toReversed();
  const at = (age: number) => (latestFirst[age] === '-' ? undefined : latestFirst[age] === 'X');
  const treatments: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
  return treatments.map((missingData) =>
    // Where the guide says that the state is retained, it is this one.
    nextState({ datapointsToAlarm, evaluationPeriods: 3, missingData }, latestFirst.length, at, 'INSUFFICIENT_DATA'),
  );
}

const [OK, ALARM, NONE] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

describe('the state of an alarm is that of the tables of the CloudWatch user guide', () => {
  it.each<[string, AlarmState[]]>([
    ['0 - X - X', [OK, OK, OK, OK]],
    ['0 - - - -', [OK, OK, OK, OK]],
    ['- - - - -', [NONE, NONE, ALARM, OK]],
    ['0 X X - X', [ALARM, ALARM, ALARM, ALARM]],
    ['- - X - -', [ALARM, NONE, ALARM, OK]],
  ])('3 of 3: %s', (points, expected) => {
    expect(states(points, 3)).toEqual(expected);
  });

  it.each<[string, AlarmState[]]>([
    ['0 - X - X', [ALARM, ALARM, ALARM, ALARM]],
    ['0 0 X 0 X', [ALARM, ALARM, ALARM, ALARM]],
    ['0 - X - -', [OK, OK, ALARM, OK]],
    ['- - - - 0', [OK, OK, ALARM, OK]],
    ['- - - X -', [ALARM, NONE, ALARM, OK]],
  ])('2 of 3: %s', (points, expected) => {
    expect(states(points, 2)).toEqual(expected);
  });
});
