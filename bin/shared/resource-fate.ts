/** A value of a template, as JSON has it. */
type Json = null | boolean | number | string | Json[] | JsonObject;
type JsonObject = { [key: string]: Json | undefined };

/** A resource, as its template has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DeletionPolicy?: string;
  readonly Metadata?: JsonObject;
}

/** A stack as it was synthesised. */
export interface SynthesisedStack {
  readonly name: string;
  /** Whether CloudFormation refuses to delete it. */
  readonly terminationProtection: boolean;
  /** By their logical ids. */
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

/** The fate of a resource when its stack is destroyed. */
export interface Fate {
  readonly type: string;
  /** That of its construct, such as `rollcall-poc-data/Timestamps/Table`. */
  readonly path: string;
  /** Why it, or something of it, is kept. None when it is deleted. */
  readonly reasons: readonly string[];
  /** A remark on its deletion. */
  readonly note: string | undefined;
}

/** The fate of the resource with this logical id when the stack is destroyed. */
export function fateOf({ resources }: SynthesisedStack, id: string): Fate {
  const resource = resources[id];
  if (resource === undefined) throw new Error(`no resource ${id}`);
  const { Type: type, Properties, DeletionPolicy: policy = 'Delete', Metadata } = resource;
  const reasons: string[] = [];
  const goes = type === 'AWS::Lambda::Version' && goesWithFunction(Properties, resources);
  if (policy !== 'Delete' && !goes) reasons.push(POLICIES[policy] ?? `its deletion policy is ${policy}`);
  if (hasInReplica(Properties, 'DeletionProtectionEnabled')) {
    reasons.push(`its deletion protection is on${policy === 'Delete' ? ', and fails the destroy of its stack' : ''}`);
  }
  if (isProtectedBalancer(Properties))
    reasons.push('its deletion protection is on, and fails the destroy of its stack');
  const isEmptied = Object.values(resources).some(
    ({ Type, Properties }) => Type === 'Custom::S3AutoDeleteObjects' && at(Properties, 'BucketName', 'Ref') === id,
  );
  if (type === 'AWS::S3::Bucket' && policy === 'Delete' && !isEmptied) {
    reasons.push('nothing empties it, and objects in it fail the destroy of its stack');
  }
  if (type === 'AWS::Lambda::Function' && at(Properties, 'LoggingConfig', 'LogGroup') === undefined) {
    reasons.push('Lambda makes its log group outside of the stack, and that stays');
  }
  const path = at(Metadata, 'aws:cdk:path');
  return {
    type,
    path: typeof path === 'string' ? path.replace(/\/(Resource|Default)$/, '') : id,
    reasons,
    note: noteOn(type, Properties),
  };
}

/** Whether what a version is of goes with the stack: Lambda deletes a function with all of its versions. */
function goesWithFunction(version: JsonObject | undefined, resources: SynthesisedStack['resources']): boolean {
  const id = at(version, 'FunctionName', 'Ref');
  const fn = typeof id === 'string' ? resources[id] : undefined;
  return fn?.Type === 'AWS::Lambda::Function' && (fn.DeletionPolicy ?? 'Delete') === 'Delete';
}

/** Load balancers have it among their attributes. */
function isProtectedBalancer(properties: JsonObject | undefined): boolean {
  const attributes = at(properties, 'LoadBalancerAttributes');
  return (
    Array.isArray(attributes) &&
    attributes.some((one) => at(one, 'Key') === 'deletion_protection.enabled' && at(one, 'Value') === 'true')
  );
}

/** All but Delete (CloudFormation user guide, "DeletionPolicy attribute"). */
const POLICIES: Readonly<Record<string, string>> = {
  Retain: 'its deletion policy is Retain',
  RetainExceptOnCreate:
    'its deletion policy is RetainExceptOnCreate: only a deployment that fails to create it deletes it',
  Snapshot: 'its deletion policy is Snapshot: it is deleted, and a snapshot of it stays',
};

function noteOn(type: string, properties: JsonObject | undefined): string | undefined {
  if (type === 'AWS::S3::Bucket') return 'emptied first';
  if (type === 'AWS::KMS::Key') {
    return `KMS deletes it after ${at(properties, 'PendingWindowInDays')} days, and takes nothing for it until then`;
  }
  // DynamoDB developer guide, "Point-in-time recovery": a backup of a deleted table is made, and goes after 35 days.
  return hasInReplica(properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled')
    ? 'DynamoDB can restore it for 35 days'
    : undefined;
}

/** Whether a setting of a table is on: in the table, or in a replica of it in some region. */
function hasInReplica(properties: JsonObject | undefined, ...setting: readonly string[]): boolean {
  const replicas = at(properties, 'Replicas');
  return [properties, ...(Array.isArray(replicas) ? replicas : [])].some((of) => at(of, ...setting) === true);
}

/** The value at a path of keys. */
function at(value: Json | undefined, ...[key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return at(value[key], ...rest);
}
