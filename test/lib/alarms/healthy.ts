/** Thirty days in which nobody needs to be woken. */
import { type Effect, randomNumbers, type World } from './world.ts';

const MINUTES_PER_DAY = 1440;
const DAYS = 30;
export const HEALTHY_MINUTES = DAYS * MINUTES_PER_DAY;

/** When a new version is deployed: at two in the afternoon, on working days. */
const DEPLOYED_AT = 14 * 60;

/** What is normal: a few errors in ten thousand requests, whatever the hour. */
const NOISE: Effect = {
  answers5xx: 0.0002,
  frontErrors: 0.0001,
  cdnErrors: 0.00005,
  blocked: 3,
  otherConcurrency: 40,
  // A hundred pages a minute, and as many by source.
  store: {
    'AWS/DynamoDB ConsumedReadCapacityUnits TableName=Timestamps': 1200,
    'AWS/DynamoDB ConsumedReadCapacityUnits GlobalSecondaryIndexName=bySource TableName=Timestamps': 600,
    'AWS/DynamoDB ConsumedReadCapacityUnits TableName=People': 200,
  },
};

function effectsOf(minute: number): Effect[] {
  const day = Math.floor(minute / MINUTES_PER_DAY);
  const ofDay = minute % MINUTES_PER_DAY;
  const since = ofDay - DEPLOYED_AT;
  const isWorkday = day % 7 < 5;
  const effects: Effect[] = [NOISE];
  const during = (from: number, minutes: number, effect: Effect) => {
    if (ofDay >= from && ofDay < from + minutes) effects.push(effect);
  };
  // A deployment: new instances, all at once; the account is crowded for a moment, and some requests meet the change.
  if (isWorkday && since >= 0 && since < 3) effects.push({ slow: { share: 0.3, ms: 2500 }, otherConcurrency: 300 });
  if (isWorkday && since >= 0 && since < 2) effects.push({ throttled: 0.01, malformed: 0.002 });
  // The new version gets one request in ten for five minutes, and meets what others meet.
  if (isWorkday && since >= 0 && since < 5) effects.push({ canary: { crashes: 0, fails: 0.001 } });
  // The store grows with the peak, and refuses a little meanwhile.
  during(9 * 60, 3, {
    store: {
      'AWS/DynamoDB WriteThrottleEvents TableName=Timestamps': 4,
      'AWS/DynamoDB WriteThrottleEvents GlobalSecondaryIndexName=bySource TableName=Timestamps': 2,
    },
  });
  // Somebody exports all records, page by page, as fast as a small stage lets them.
  during(13 * 60, 8, { store: { 'AWS/DynamoDB ConsumedReadCapacityUnits TableName=Timestamps': 18_000 } });
  // AWS fails now and then, and is asked again.
  during(11 * 60, 1, { store: { 'AWS/DynamoDB SystemErrors Operation=PutItem TableName=Timestamps': 1 } });
  during(11 * 60 + 7, 2, { store: { 'AWS/DynamoDB SystemErrors Operation=Query TableName=Timestamps': 2 } });
  if (day % 3 === 0) during(16 * 60, 1, { lambdaFails: 0.01 });
  if (day % 7 === 2) during(18 * 60, 1, { crashes: 0.02, rejectedConnections: 1 });
  // A scanner, which the firewall keeps out.
  during(4 * 60, 4, { blocked: 100 });
  // The one failed request of a quiet night.
  during(3 * 60 + 17, 1, { answers5xx: 1 });
  return effects;
}

function worldOf(requestsAt: (minute: number, random: () => number) => number): World {
  const random = randomNumbers(2);
  const requests = Float64Array.from({ length: HEALTHY_MINUTES }, (_, minute) => requestsAt(minute, random));
  // A quiet night: the failed request is the only one of its minutes.
  for (let minute = 3 * 60 + 17; minute < HEALTHY_MINUTES; minute += MINUTES_PER_DAY) requests[minute] = 1;
  return { requests, effectsAt: effectsOf };
}

/** Up to 1,200 requests a minute at noon, at night a few. */
export const busy = (): World =>
  worldOf((minute, random) => {
    const hour = (minute % MINUTES_PER_DAY) / 60;
    const height = Math.max(0, Math.sin((Math.PI * (hour - 6)) / 14));
    const isWeekend = Math.floor(minute / MINUTES_PER_DAY) % 7 >= 5;
    return Math.floor((isWeekend ? 0.3 : 1) * 1200 * height ** 2 * (0.8 + 0.4 * random()) + 3 * random());
  });

/** A request now and then. */
export const quiet = (): World => worldOf((_, random) => (random() < 0.1 ? 1 + Math.floor(2 * random()) : 0));
