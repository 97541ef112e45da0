import { expect } from 'vitest';
import { type TableUser, tablesUsedBy } from '../../../lambda/core/dynamo/tables.ts';
import type { Expected } from './expected.ts';
import { allProperties, ofType, propertiesOf, type Requirement } from './templates.ts';

const usersOf = (asksForKeys: boolean): readonly TableUser[] => [
  'api',
  ...(asksForKeys ? (['access'] as const) : []),
  'roll',
  'watch',
];

/** The tables. */
export const dataRequirements = ({ isProtected, asksForKeys, maxReads, maxWrites }: Expected): Requirement[] => [
  {
    name: 'the tables are those of the registry, billed on demand',
    check: ({ data }) => {
      for (const [, { name }] of tablesUsedBy(usersOf(asksForKeys))) {
        expect(propertiesOf(data, 'AWS::DynamoDB::GlobalTable', name).BillingMode).toBe('PAY_PER_REQUEST');
      }
    },
  },
  {
    name: 'each table and each index takes as many units a second as the stage may cost, and no more',
    check: ({ data }) => {
      const writes = { WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: maxWrites } };
      const reads = { ReadOnDemandThroughputSettings: { MaxReadRequestUnits: maxReads } };
      for (const table of allProperties(data, 'AWS::DynamoDB::GlobalTable')) {
        expect(table).toMatchObject({ ...writes, Replicas: [reads] });
      }
      expect(propertiesOf(data, 'AWS::DynamoDB::GlobalTable', 'Timestamps')).toMatchObject({
        GlobalSecondaryIndexes: [writes],
        Replicas: [{ GlobalSecondaryIndexes: [{ IndexName: 'bySource', ...reads }] }],
      });
    },
  },
  {
    name: 'the tables can be restored to any point in time of the last 35 days',
    check: ({ data }) => {
      for (const table of allProperties(data, 'AWS::DynamoDB::GlobalTable')) {
        expect(table.Replicas).toMatchObject([
          { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 } },
        ]);
      }
    },
  },
  {
    name: 'the tables are encrypted with a key of KMS',
    check: ({ data }) => {
      for (const table of allProperties(data, 'AWS::DynamoDB::GlobalTable')) {
        expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      }
    },
  },
  {
    name: 'the table of timestamps has its keys, its expiry and its sparse index',
    check: ({ data }) => {
      const keys = (hash: string) => [
        { AttributeName: hash, KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ];
      expect(propertiesOf(data, 'AWS::DynamoDB::GlobalTable', 'Timestamps')).toMatchObject({
        KeySchema: keys('pk'),
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        GlobalSecondaryIndexes: [
          { IndexName: 'bySource', KeySchema: keys('sourceShard'), Projection: { ProjectionType: 'ALL' } },
        ],
      });
    },
  },
  {
    name: asksForKeys ? 'the table of keys has its key, and nothing in it expires' : 'there is no table of keys',
    check: ({ data }) => {
      const keys = ofType(data, 'AWS::DynamoDB::GlobalTable').filter(([id]) => id.startsWith('Keys'));
      expect(keys).toHaveLength(asksForKeys ? 1 : 0);
      for (const [, { Properties }] of keys) {
        expect(Properties?.KeySchema).toEqual([
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ]);
        expect(Properties).not.toHaveProperty('TimeToLiveSpecification');
      }
    },
  },
  {
    name: isProtected ? 'the tables refuse to be deleted, and outlive their stack' : 'the tables go with their stack',
    check: ({ data }) => {
      const tables = ofType(data, 'AWS::DynamoDB::GlobalTable');
      expect(tables).toHaveLength(tablesUsedBy(usersOf(asksForKeys)).length);
      for (const [, { DeletionPolicy, UpdateReplacePolicy, Properties }] of tables) {
        const policy = isProtected ? 'Retain' : 'Delete';
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([policy, policy]);
        expect(Properties?.Replicas).toMatchObject([{ DeletionProtectionEnabled: isProtected }]);
      }
    },
  },
];
