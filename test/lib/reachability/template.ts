/** Reads the resources of CloudFormation templates for the model of the network, with their references resolved. */
import * as v from 'valibot';
import type { CfnTemplate, Json } from '../../support/synth.ts';

/** Templates by the names of their stacks. */
export type Stacks = Readonly<Record<string, CfnTemplate>>;

/** Services whose addresses AWS keeps in lists, by the names of the lists. */
const LISTS = [
  { pattern: /"com\.amazonaws\.[\w-]+\.dynamodb"/, service: 'DynamoDB' },
  { pattern: /"com\.amazonaws\.global\.cloudfront\.origin-facing"/, service: 'CloudFront' },
] as const;
export type Service = (typeof LISTS)[number]['service'];
/** What a reference to such a list becomes: only AWS knows its id, and what is in it. */
export const PREFIX_LISTS: readonly string[] = LISTS.map(({ service }) => listOf(service));
export function listOf(service: Service): string {
  return `the prefix list of ${service}`;
}

/** Resources about the network through which nothing passes. */
const WITHOUT_EFFECT: readonly string[] = ['AWS::EC2::FlowLog'];
/** A property by which a resource of any service is put into a VPC. */
const PUTS_INTO_VPC = /^(vpc|subnet|securitygroup)/i;

export interface ResourceReader {
  /**
   * The resources of a type: their properties, parsed, and the id that references to them resolve to.
   *
   * @throws Error with the resource and the property that the schema does not take, such as a reference that is unknown
   */
  read<S extends v.GenericSchema>(type: string, schema: S): (v.InferOutput<S> & { readonly id: string })[];
  /** @throws Error if there is a resource that concerns the network, of a type that was never read */
  assertAllRead(): void;
}

export function resourceReader(stacks: Stacks): ResourceReader {
  const resources = Object.entries(stacks).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).map(([name, resource]) => ({ id: `${stack}/${name}`, stack, ...resource })),
  );
  const readTypes = new Set(WITHOUT_EFFECT);
  return {
    read(type, schema) {
      readTypes.add(type);
      return resources
        .filter(({ Type }) => Type === type)
        .map(({ id, stack, Properties = {} }) => {
          const result = v.safeParse(schema, resolve(stacks, stack, Properties));
          if (result.success) return Object.assign({ id }, result.output);
          const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
          throw new Error(`${id} (${type}) is not understood: ${problems.join('; ')}`);
        });
    },
    assertAllRead() {
      for (const { id, Type, Properties = {} } of resources) {
        const concernsNetwork =
          Type.startsWith('AWS::EC2::') || keysOf(Properties).some((key) => PUTS_INTO_VPC.test(key));
        if (concernsNetwork && !readTypes.has(Type)) throw new Error(`${id} (${Type}) is not understood.`);
      }
    },
  };
}

/** A value in which each reference that is understood is its target; others stay, for a schema to refuse. */
function resolve(stacks: Stacks, stack: string, value: Json): Json {
  if (isList(value)) return value.map((item) => resolve(stacks, stack, item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, resolve(stacks, stack, item)] as const);
  const [only] = entries;
  const target = only && entries.length === 1 ? callIntrinsic(stacks, stack, ...only) : undefined;
  return target ?? Object.fromEntries(entries);
}

/** The value of an intrinsic function (CloudFormation template reference, "Intrinsic functions"), if it is understood. */
function callIntrinsic(stacks: Stacks, stack: string, name: string, argument: Json): Json | undefined {
  const list = isList(argument) ? argument : [];
  switch (name) {
    case 'Ref':
      if (typeof argument !== 'string') return undefined;
      if (argument.startsWith('AWS::')) return argument;
      return stacks[stack]?.Resources[argument] && `${stack}/${argument}`;
    case 'Fn::GetAtt':
      return attribute(stacks, stack, list);
    case 'Fn::ImportValue':
      for (const [exporter, { Outputs = {} }] of Object.entries(stacks)) {
        const output = Object.values(Outputs).find(({ Export }) => Export?.Name === argument);
        if (output) return resolve(stacks, exporter, output.Value);
      }
      return undefined;
    case 'Fn::GetStackOutput': {
      if (!isObject(argument)) return undefined;
      const producer = String(argument.StackName).replace(/^.*-/, '');
      const output = stacks[producer]?.Outputs?.[String(argument.OutputName)];
      return output && resolve(stacks, producer, output.Value);
    }
    case 'Fn::Join': {
      const [separator, parts] = list;
      if (typeof separator !== 'string' || !parts || !isList(parts)) return undefined;
      return parts.every((part) => typeof part === 'string') ? parts.join(separator) : undefined;
    }
    case 'Fn::GetAZs':
      return ['zone 1', 'zone 2', 'zone 3'];
    case 'Fn::Select': {
      const [index, items] = list;
      return items && isList(items) ? items[Number(index)] : undefined;
    }
    default:
      return undefined;
  }
}

function attribute(stacks: Stacks, stack: string, [name, attribute]: readonly Json[]): Json | undefined {
  const { Type, Properties = {} } = stacks[stack]?.Resources[String(name)] ?? {};
  switch (`${Type}.${attribute}`) {
    case 'AWS::EC2::SecurityGroup.GroupId':
      return `${stack}/${name}`;
    case 'AWS::EC2::VPC.DefaultSecurityGroup':
      return `${stack}/${name}.DefaultSecurityGroup`;
    case 'AWS::EC2::VPC.CidrBlock':
      return Properties.CidrBlock;
    case 'AWS::EC2::InternetGateway.InternetGatewayId':
    case 'AWS::CloudFront::VpcOrigin.Id':
      return `${stack}/${name}`;
    case 'Custom::AWS.PrefixLists.0.PrefixListId': {
      // The custom resource asks for the list by its name.
      const list = LISTS.find(({ pattern }) => pattern.test(String(Properties.Create)));
      return list && listOf(list.service);
    }
    default:
      return undefined;
  }
}

function keysOf(value: Json): string[] {
  if (isList(value)) return value.flatMap(keysOf);
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => [key, ...keysOf(item)]) : [];
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !isList(value);
}
