/** The rule by which CloudWatch makes a state of data points. */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface Rule {
  /** M of N. */
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: MissingData;
}

/**
 * The next state (CloudWatch user guide, "Configuring how alarms treat missing data", whose tables are tests of this).
 *
 * @param count how many data points the evaluation range has
 * @param at whether the data point is above the threshold, 0 being the latest; undefined when it is missing
 */
export function nextState(
  rule: Rule,
  count: number,
  at: (age: number) => boolean | undefined,
  current: AlarmState,
): AlarmState {
  const { datapointsToAlarm, evaluationPeriods, missingData } = rule;
  let real = 0;
  let breaching = 0;
  /** The age of the oldest one that is above the threshold, if no later one is below. */
  let oldestOfBreaching = -1;
  // The latest ones count; with so many of them, what is missing does not.
  for (let age = 0; age < count && real < evaluationPeriods; age += 1) {
    const isBreaching = at(age);
    if (isBreaching === undefined) continue;
    real += 1;
    if (isBreaching) {
      breaching += 1;
      if (breaching === real) oldestOfBreaching = age;
    }
  }
  if (breaching >= datapointsToAlarm) return 'ALARM';
  const filled = evaluationPeriods - real;
  if (filled === 0) return 'OK';
  switch (missingData) {
    case 'breaching':
      return breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return breaching < real ? 'OK' : current;
    case 'missing':
      if (breaching < real) return 'OK';
      // Old enough, and nothing better since.
      return oldestOfBreaching + 1 >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA';
  }
}
