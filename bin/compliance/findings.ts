import { Validations } from 'aws-cdk-lib';
import type { NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import * as v from 'valibot';

/** A rule that a resource does not follow. */
export interface Finding {
  /** Of the construct. */
  readonly path: string;
  readonly rule: string;
}

/** A finding that somebody has thought about, on its resource or on what that is a part of. */
export interface Acknowledgment extends Finding {
  readonly reason: string;
}

/** How CDK keeps an acknowledgment in a construct's metadata: the rule, behind the name of a plugin, and the reason. */
const Acknowledged = v.record(v.string(), v.string());

/** The acknowledgments below a construct. */
export function acknowledgmentsOf(scope: IConstruct): Acknowledgment[] {
  return scope.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(v.parse(Acknowledged, data)))
      // CDK's own constructs acknowledge findings of CloudFormation's rules themselves.
      .filter(([id]) => !id.startsWith('CloudFormation-Validate::'))
      .map(([id, reason]) => ({ path: node.path, rule: id.replace(/^\w+::/, ''), reason })),
  );
}

/** The findings of a pack of rules below a construct, but for those that are acknowledged. */
export function findingsOf(pack: NagPack, scope: IConstruct): Finding[] {
  return pack
    .validateScope(scope)
    .violations.flatMap(({ ruleName: rule, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({ path: constructPath, rule })),
    );
}
