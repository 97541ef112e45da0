import { expect } from 'vitest';
import { MAX_BODY_BYTES } from '../../../lambda/api/http/input.ts';
import type { Templates } from '../../support/synth.ts';
import { distributionOf } from './cdn.ts';
import { ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

interface Rule {
  readonly Name: string;
  readonly Action?: object;
  readonly Statement: {
    readonly ManagedRuleGroupStatement?: { readonly RuleActionOverrides: readonly { readonly Name: string }[] };
  };
}

function rulesOf({ edge }: Templates): readonly Rule[] {
  return JSON.parse(textOf(propertiesOf(edge, 'AWS::WAFv2::WebACL').Rules));
}

function ruleOf(templates: Templates, name: string): Rule | undefined {
  return rulesOf(templates).find(({ Name }) => Name === name);
}

/** The firewall of CloudFront. */
export const firewallRequirements: readonly Requirement[] = [
  {
    name: 'the firewall stands in front of CloudFront',
    check: (templates) => {
      const [acl] = ofType(templates.edge, 'AWS::WAFv2::WebACL');
      expect(acl?.[1].Properties?.Scope).toBe('CLOUDFRONT');
      expect(distributionOf(templates)).toMatchObject({ WebACLId: { 'Fn::GetAtt': [acl?.[0], 'Arn'] } });
    },
  },
  {
    name: "AWS's groups of rules block: bad addresses, known bad inputs, the core set",
    check: (templates) => {
      const groups = ['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet'];
      for (const group of groups) {
        expect(ruleOf(templates, `AWSManagedRules${group}`)).toMatchObject({
          OverrideAction: { None: {} },
          Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: `AWSManagedRules${group}` } },
        });
      }
    },
  },
  {
    name: 'only rules that free text and plain scripts would meet just count',
    check: (templates) => {
      const counted = rulesOf(templates).flatMap(
        ({ Statement }) => Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [],
      );
      const names = counted.map(({ Name }) => Name);
      expect(names).toEqual(
        expect.arrayContaining(['SizeRestrictions_BODY', 'CrossSiteScripting_BODY', 'GenericRFI_BODY']),
      );
      // What is in the URL's path, a cookie or another header than User-Agent is no free text of this API.
      for (const name of names) expect(name).toMatch(/^NoUserAgent_HEADER$|_(BODY|QUERYARGUMENTS|QUERYSTRING)$/);
    },
  },
  {
    name: 'an address that asks too much is answered with 429',
    check: (templates) => {
      expect(ruleOf(templates, 'RatePerAddress')).toMatchObject({
        Statement: { RateBasedStatement: { Limit: 2000, AggregateKeyType: 'IP', EvaluationWindowSec: 300 } },
        Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      });
    },
  },
  {
    name: 'bodies that are larger than the app takes are answered with 413, also where the firewall cannot read on',
    check: (templates) => {
      expect(ruleOf(templates, 'BodySize')).toMatchObject({
        Statement: {
          SizeConstraintStatement: {
            FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
            ComparisonOperator: 'GT',
            Size: MAX_BODY_BYTES,
          },
        },
        Action: { Block: { CustomResponse: { ResponseCode: 413 } } },
      });
    },
  },
  {
    name: 'what the firewall blocks and counts is logged, without queries and credentials',
    check: ({ edge }) => {
      const { RedactedFields, LoggingFilter } = propertiesOf(edge, 'AWS::WAFv2::LoggingConfiguration');
      expect(LoggingFilter).toMatchObject({ DefaultBehavior: 'DROP', Filters: [{ Behavior: 'KEEP' }] });
      expect(textOf(RedactedFields)).toMatch(/QueryString.*authorization.*cookie/);
    },
  },
];
