import type { Stack } from 'aws-cdk-lib';

/**
 * Keeps exports in a stack whether or not another stack uses them. CDK would take an export away with its last user, but
 * deploys this stack first, and CloudFormation refuses that as long as the user is still the old one: see docs/adr/0009.
 *
 * @param values attributes of resources of this stack
 */
export function pinExports(stack: Stack, values: readonly string[]): void {
  for (const value of values) stack.exportValue(value);
}
