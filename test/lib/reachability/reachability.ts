/**
 * A model of the network, packet by packet: who can open a TCP connection to whom, by the routes, network ACLs and
 * security groups of the templates. It tells of all ports, and refuses templates with anything that it does not know.
 * Not in it: Amazon's own DNS and time servers, which hosts reach past all of that (VPC user guide, "Security groups").
 */
import type { Endpoint, Network } from './network.ts';
import { aclAllows, type Direction, groupsAllow, type Ports } from './rules.ts';
import type { Subnet } from './subnets.ts';

/** What is left out of consideration, to see what the rest does alone. */
export type Ignored = 'routes and network ACLs' | 'security groups';

/** Connections that one endpoint can open to another: from any of its client ports to any of the ports. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly Ports[];
  readonly clientPorts: readonly Ports[];
}

/**
 * What stops the packet that opens a connection, or the answer to it; undefined, if nothing does.
 *
 * @param from the client's name
 * @param to the server's name
 * @throws Error if there is no endpoint of such a name
 */
export function whatStops(
  { endpoints }: Network,
  from: string,
  to: string,
  { port, clientPort }: { readonly port: number; readonly clientPort: number },
): string | undefined {
  const [client, server] = [from, to].map((name) => endpoints.find((endpoint) => endpoint.name === name));
  if (!client || !server) throw new Error(`There is no ${from} or no ${to}.`);
  return whatStopsRequest(client, server, port) ?? whatStopsAnswer(client, server, clientPort);
}

function whatStopsRequest(from: Endpoint, to: Endpoint, port: number, ignored?: Ignored): string | undefined {
  if (ignored !== 'security groups') {
    if (from.groups && !groupsAllow(from.groups, 'out', to, port)) return `security group of ${from.name}, out`;
    if (to.groups && !groupsAllow(to.groups, 'in', from, port)) return `security group of ${to.name}, in`;
  }
  return ignored === 'routes and network ACLs' ? undefined : whatStopsPacket(from, to, port);
}

/** Security groups remember the connection. */
function whatStopsAnswer(from: Endpoint, to: Endpoint, clientPort: number, ignored?: Ignored): string | undefined {
  const stop = ignored === 'routes and network ACLs' ? undefined : whatStopsPacket(to, from, clientPort);
  return stop && `answer: ${stop}`;
}

/** Routes and ACLs stand at the border of a subnet: between its own hosts there is neither. */
function whatStopsPacket(from: Endpoint, to: Endpoint, port: number): string | undefined {
  if (from.subnet === to.subnet) return undefined;
  const passages: readonly (readonly [Endpoint, Endpoint, Direction])[] = [
    [from, to, 'out'],
    [to, from, 'in'],
  ];
  for (const [host, peer, direction] of passages) {
    const { subnet } = host;
    if (!subnet) continue;
    if (!aclAllows(subnet.acl, direction, peer, port)) return `network ACL of ${subnet.name}, ${direction}`;
    if (!isRouted(host, subnet, peer)) return `no route between ${subnet.name} and ${peer.name}`;
  }
  return undefined;
}

/** Whether packets can go between a host and a peer that is not in its subnet: both ways take the route out of it. */
function isRouted({ isPublic, isNearCloudFront }: Endpoint, { routes }: Subnet, peer: Endpoint): boolean {
  if (peer.subnet) return true;
  // CloudFront brings its own network interfaces, past the route tables; taken here to keep its own addresses on them.
  if (peer.service === 'CloudFront' && isNearCloudFront) return true;
  return (
    (peer.service === 'DynamoDB' && routes.dynamodb) || (isPublic && routes.internet.some((includes) => includes(peer)))
  );
}

/**
 * All connections that can be opened. Of an endpoint in a subnet there may be two: it is also tried with its like.
 * DynamoDB opens none.
 */
export function flowsOf(network: Network, ignored?: Ignored): Flow[] {
  const starts = portRangeStarts(network);
  const clients = network.endpoints.filter(({ service }) => service !== 'DynamoDB');
  return clients.flatMap((from) =>
    network.endpoints
      .filter((to) => from.subnet ?? to.subnet)
      .map((to) => ({
        from: from.name,
        to: to.name,
        // An answer's way does not depend on the port that it comes from, nor a request's on the client's port.
        ports: portsWhere(starts, (port) => !whatStopsRequest(from, to, port, ignored)),
        clientPorts: portsWhere(starts, (port) => !whatStopsAnswer(from, to, port, ignored)),
      }))
      .filter(({ ports, clientPorts }) => ports.length > 0 && clientPorts.length > 0),
  );
}

/** The ports at which any rule begins to apply, or ceases to: what holds for one holds up to the next. */
function portRangeStarts({ acls, groups }: Network): number[] {
  const rules = [...acls, ...groups].flatMap((direction) => [...direction.in, ...direction.out]);
  const starts = rules.flatMap(({ ports }) => [ports.from, ports.to + 1]);
  return [...new Set([1, ...starts])].filter((port) => port >= 1 && port <= LAST_PORT).sort((a, b) => a - b);
}
const LAST_PORT = 65_535;

function portsWhere(starts: readonly number[], condition: (port: number) => boolean): Ports[] {
  const found: { from: number; to: number }[] = [];
  for (const [index, from] of starts.entries()) {
    if (!condition(from)) continue;
    const to = (starts[index + 1] ?? LAST_PORT + 1) - 1;
    const last = found.at(-1);
    if (last?.to === from - 1) last.to = to;
    else found.push({ from, to });
  }
  return found;
}

/** What of the intended flows cannot be opened, and what can be opened beyond them, each described. */
export function compare(
  found: readonly Flow[],
  intended: readonly Flow[],
): { missing: string[]; unintended: string[] } {
  const uncovered = (some: readonly Flow[], by: readonly Flow[]) =>
    some.filter((flow) => !by.some((other) => covers(other, flow))).map(describeFlow);
  return { missing: uncovered(intended, found), unintended: uncovered(found, intended) };
}

function covers(flow: Flow, other: Flow): boolean {
  const include = (ports: readonly Ports[], others: readonly Ports[]) =>
    others.every(({ from, to }) => ports.some((range) => range.from <= from && to <= range.to));
  return (
    flow.from === other.from &&
    flow.to === other.to &&
    include(flow.ports, other.ports) &&
    include(flow.clientPorts, other.clientPorts)
  );
}

/** A flow in a line: `internet 192.0.2.1 -> host: 80, 443 (from 1024-65535)`. */
export function describeFlow({ from, to, ports, clientPorts }: Flow): string {
  const list = (ranges: readonly Ports[]) =>
    ranges.map((range) => (range.from === range.to ? range.from : `${range.from}-${range.to}`)).join(', ');
  return `${from} -> ${to}: ${list(ports)} (from ${list(clientPorts)})`;
}
