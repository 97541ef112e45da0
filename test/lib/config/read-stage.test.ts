import { describe, expect, it } from 'vitest';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import { ConfigError, readStage } from '../../../lib/config/read-stage.ts';
import { exposureOf } from '../../../lib/fronts/front-values.ts';

const MINIMAL = { region: 'eu-west-1' };
const THROTTLE = { requestsPerSecond: 1, burst: 1 };

describe('the configuration of a stage', () => {
  it('says which value is missing', () => {
    expect(() => readStage({ x: {} }, 'x')).toThrow('stages.x.region is missing; it must be the name of an AWS region');
    expect(() => readStage({ x: null }, 'x')).toThrow(ConfigError);
  });

  it('needs a region, and has defaults for the rest', () => {
    expect(readStage({ small: MINIMAL }, 'small')).toEqual({
      stage: 'small',
      front: 'alb',
      access: 'open',
      watch: true,
      region: 'eu-west-1',
      vpcCidr: '10.0.0.0/24',
      memoryMb: 256,
      timeoutSeconds: 10,
      shards: 4,
      logRetentionDays: 14,
      accessLogRetentionDays: 30,
      corsOrigins: [],
      clientIp: 'full',
      protectData: false,
      alarms: true,
      dashboard: true,
      alarmEmails: [],
      channels: [],
      sms: false,
      zone: 'UTC',
      availabilityObjective: 99.9,
      accountConcurrency: 1000,
      deployment: 'all-at-once',
      traceSampling: 0.05,
      recoveryDays: 35,
    });
  });

  it.each(Object.keys(cdkJson.context.stages))('is right in cdk.json for %s', (stage) => {
    expect(readStage(cdkJson.context.stages, stage).stage).toBe(stage);
  });

  it.each<[object, string]>([
    [
      { region: undefined },
      'cdk.json: stages.x.region is missing; it must be the name of an AWS region, such as eu-west-1.',
    ],
    [{ region: 'Ireland' }, 'stages.x.region is "Ireland"; it must be the name of an AWS region'],
    [
      { vpcCidr: '10.0.0.0/26' },
      'stages.x.vpcCidr is "10.0.0.0/26"; it must be a block of IPv4 addresses from /16 to /25',
    ],
    [{ memoryMb: 127 }, 'stages.x.memoryMb is 127; it must be a whole number from 128 to 10240.'],
    [
      { alarmEmails: ['oncall'] },
      'stages.x.alarmEmails.0 is "oncall"; it must be a list of e-mail addresses such as oncall@example.com.',
    ],
    [
      { availabilityObjective: 100 },
      'stages.x.availabilityObjective is 100; it must be a number from 95 to 99.99 (percent).',
    ],
    [{ deployment: 'linear' }, 'stages.x.deployment is "linear"; it must be one of all-at-once, canary.'],
    ...[['use1-az1'], ['use1-az1', 'use1-az1'], ['us-east-1a', 'us-east-1b'], ['use1-az1', 'use1-az2', 'use1-az4']].map(
      (zones): [object, string] => [{ zones }, 'it must be the ids of two zones of the region, such as ["use1-az1", '],
    ),
    [{ traceSampling: 5 }, 'stages.x.traceSampling is 5; it must be a number from 0 to 1.'],
    [{ accountConcurrency: 9 }, 'stages.x.accountConcurrency is 9; it must be a whole number from 10 to 1000000.'],
    [{ timeoutSeconds: '10' }, 'stages.x.timeoutSeconds is "10"; it must be a whole number from 1 to 60.'],
    [{ shards: 257 }, 'stages.x.shards is 257; it must be a whole number from 1 to 256.'],
    [{ logRetentionDays: 15 }, 'stages.x.logRetentionDays is 15; it must be one of 1, 3, 5, 7, 14,'],
    [{ protectData: 'yes' }, 'stages.x.protectData is "yes"; it must be true or false.'],
    [{ vpcCidr: '10.0.0.256/24' }, 'stages.x.vpcCidr is "10.0.0.256/24"; it must be a block of IPv4 addresses'],
    [
      { dynamodbCidrs: ['52.94.24.0'] },
      'stages.x.dynamodbCidrs.0 is "52.94.24.0"; it must be 1 to 19 different blocks',
    ],
    [{ dynamodbCidrs: ['999.1.1.1/99'] }, 'stages.x.dynamodbCidrs.0 is "999.1.1.1/99"; it must be 1 to 19 different'],
    [{ dynamodbCidrs: [] }, 'stages.x.dynamodbCidrs is []; it must be 1 to 19 different blocks of IPv4 addresses'],
    [{ dynamodbCidrs: ['1.1.1.0/24', '1.1.1.0/24'] }, 'it must be 1 to 19 different blocks of IPv4 addresses'],
    [{ domain: { name: 'x' } }, 'stages.x.domain.name is "x"; it must be a domain name such as rollcall.example.com.'],
    [
      { domain: { name: 'a.other.org', hostedZoneId: 'Z1', hostedZoneName: 'example.com' } },
      'it must be such that name is hostedZoneName or ends with a dot and hostedZoneName',
    ],
    [{ domain: 'x' }, 'stages.x.domain is "x"; it must be an object with name, hostedZoneId and hostedZoneName.'],
    [{ corsOrigins: ['https://a.example/'] }, 'stages.x.corsOrigins.0 is "https://a.example/"; it must be an origin'],
    [{ memory: 256 }, 'stages.x.memory is not known.'],
    [{ front: 'nlb' }, 'stages.x.front is "nlb"; it must be one of alb, http-api.'],
    [{ cdn: true }, 'stages.x.cdn is true; it must be an object with originSecretGeneration and pageCacheSeconds'],
    [{ cdn: { ttl: 1 } }, 'stages.x.cdn.ttl is not known.'],
    [
      { cdn: { originSecretGeneration: 0 } },
      'stages.x.cdn.originSecretGeneration is 0; it must be a whole number from 1 to 9999.',
    ],
    [
      { cdn: {}, waf: { requestsPer5Minutes: 9 } },
      'stages.x.waf.requestsPer5Minutes is 9; it must be a whole number from 10 to 2000000000.',
    ],
    [{ backupDays: 6 }, 'stages.x.backupDays is 6; it must be a whole number from 7 to 3650.'],
    [{ backupDays: 7 }, 'stages.x.backupDays is 7; it must be left out, because protectData is false.'],
    [{ recoveryDays: 36 }, 'stages.x.recoveryDays is 36; it must be a whole number from 1 to 35.'],
    // Right by themselves, but not for such a stage.
    [
      { front: 'http-api', throttle: THROTTLE },
      'stages.x.cdn is missing; it must be an object, such as {}, because an HTTP API stands behind CloudFront.',
    ],
    [{ front: 'http-api', cdn: {} }, 'stages.x.throttle is missing; it must be an object, because front is http-api.'],
    [
      { maxReadUnitsPerSecond: 299 },
      'stages.x.maxReadUnitsPerSecond is 299; it must be a whole number from 300 to 40000.',
    ],
    [
      { reservedConcurrency: 10, accountConcurrency: 100 },
      'stages.x.reservedConcurrency is 10; it must be left out, or at least 100 less than accountConcurrency',
    ],
    [{ throttle: THROTTLE }, 'stages.x.throttle is {"requestsPerSecond":1,"burst":1}; it must be left out'],
    [{ waf: { requestsPer5Minutes: 100 } }, 'stages.x.waf is {"requestsPer5Minutes":100}; it must be left out'],
    [
      { front: 'http-api', cdn: {}, throttle: THROTTLE, timeoutSeconds: 30 },
      'stages.x.timeoutSeconds is 30; it must be at most 29, because an HTTP API does not wait longer.',
    ],
  ])('is refused with what came and what is allowed for %j', (change, message) => {
    const read = () => readStage({ x: { ...MINIMAL, ...change } }, 'x');
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
  });

  it('says by its values whether a load balancer is there, and who its clients are', () => {
    expect(exposureOf({ front: 'alb' })).toBe('public');
    expect(exposureOf({ front: 'alb', cdn: { originSecretGeneration: 1, pageCacheSeconds: 1 } })).toBe('cloudfront');
    expect(exposureOf({ front: 'http-api' })).toBeUndefined();
  });

  it.each([
    [{ my_stage: MINIMAL }, 'my_stage', 'the name of a stage is "my_stage"; it must be at most 64 of a-z 0-9 -'],
    [{ a: MINIMAL, b: MINIMAL }, 'c', 'There is no stage "c" in cdk.json; it has: a, b.'],
    [{ a: MINIMAL }, 'toString', 'There is no stage "toString" in cdk.json; it has: a.'],
    [undefined, 'poc', 'There is no stage "poc" in cdk.json; it has: none.'],
  ])('is refused when there is no such stage: %j, %s', (stages, stage, message) => {
    expect(() => readStage(stages, stage)).toThrow(message);
  });

  it.each([
    ['us-east-1', 'use1-az3', ['use1-az1', 'use1-az2']],
    ['us-west-1', 'usw1-az2', ['usw1-az1', 'usw1-az3']],
    ['ap-northeast-1', 'apne1-az3', ['apne1-az1', 'apne1-az4']],
    ['ap-northeast-2', 'apne2-az1', ['apne2-az2', 'apne2-az3']],
    ['ca-central-1', 'cac1-az3', ['cac1-az1', 'cac1-az2']],
  ])(
    'in %s, where CloudFront reaches no load balancer in %s, wants two other zones behind CloudFront',
    (region, bad, zones) => {
      const read = (values: object) => readStage({ x: { region, ...values } }, 'x');
      expect(() => read({ cdn: {} })).toThrow(
        `stages.x.zones is missing; it must be the ids of two zones other than ${bad}, in which CloudFront reaches no`,
      );
      expect(() => read({ cdn: {}, zones: [zones[0], bad] })).toThrow(`two zones other than ${bad}`);
      expect(read({ cdn: {}, zones }).zones).toEqual(zones);
      // What nothing reaches through a VPC origin may be anywhere.
      expect(read({}).zones).toBeUndefined();
      expect(read({ front: 'http-api', cdn: {}, throttle: THROTTLE }).zones).toBeUndefined();
    },
  );
});
