import { describe, expect, it } from 'vitest';
import { synthesise } from '../../support/synth.ts';

/** The zone of each subnet, by its tier. */
async function zonesOf(changes: object, stage: string) {
  const { network } = await synthesise(changes, stage);
  const subnets = Object.entries(network.Resources).filter(([, { Type }]) => Type === 'AWS::EC2::Subnet');
  return subnets.map(([name, { Properties: { AvailabilityZone: zone, AvailabilityZoneId: id } = {} }]) => [
    /^Vpc([A-Za-z]+Subnet\d)/.exec(name)?.[1],
    zone,
    id,
  ]);
}

describe('the zones of the VPC', () => {
  it.each(['poc', 'prod', 'serverless'])(
    'of %s are those that are named, one for each subnet of a tier',
    async (stage) => {
      const zones = ['use1-az6', 'use1-az1'];
      const placed = await zonesOf({ region: 'us-east-1', zones }, stage);
      const tier = { poc: 'Public', prod: 'Internal' }[stage];
      const expected = [...(tier ? [tier] : []), 'Isolated'].flatMap((name) =>
        zones.map((id, index) => [`${name}Subnet${index + 1}`, undefined, id]),
      );
      expect(placed).toEqual(expected);
    },
  );

  it('are left to CloudFormation where none are named', async () => {
    for (const [, zone, id] of await zonesOf({}, 'prod')) {
      expect([JSON.stringify(zone), id]).toEqual([expect.stringContaining('Fn::GetAZs'), undefined]);
    }
  });
});
