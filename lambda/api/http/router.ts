import type { Endpoint, PathParams } from './endpoint.ts';

/** One line of the table of routes. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Segments, of which those in braces match any one: `/app/{id}`. */
  readonly path: string;
  readonly endpoint: Endpoint;
}

/** What a path offers: its methods, and what its parts are. */
export interface Match {
  readonly path: string;
  readonly params: PathParams;
  /** The endpoint for a method; HEAD is served by GET's. */
  readonly endpointOf: (method: string) => Endpoint | undefined;
  /** The methods that work here, for the Allow header. */
  readonly allow: string;
}

/** Finds what is at a path. */
export type Router = (path: string) => Match | undefined;

/** Makes a router of the table of routes. */
export function createRouter(routes: readonly Route[]): Router {
  const paths = [...new Set(routes.map(({ path }) => path))].map((path) => {
    const here = routes.filter((route) => route.path === path);
    const methods = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return {
      path,
      segments: path.split('/'),
      allow: [...methods, 'OPTIONS'].join(', '),
      endpointOf: (method: string) =>
        here.find((route) => route.method === (method === 'HEAD' ? 'GET' : method))?.endpoint,
    };
  });
  return (sent) => {
    const parts = sent.split('/').map(decodeSegment);
    for (const { segments, ...at } of paths) {
      const params = matchSegments(segments, parts);
      if (params) return { ...at, params };
    }
    return undefined;
  };
}

function matchSegments(segments: readonly string[], parts: readonly (string | undefined)[]): PathParams | undefined {
  if (segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (segment.startsWith('{') && part !== '') params[segment.slice(1, -1)] = part;
    else if (segment !== part) return undefined;
  }
  return params;
}

/** A part that is no percent-encoded UTF-8 is at no address. */
function decodeSegment(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
