/** Who a request comes from, and what that lets it do. */

/** What a principal may be let do: to record, to read what was recorded, what is known of people, and to say what is expected. */
export const SCOPES = ['record', 'read', 'people', 'manage'] as const;
export type Scope = (typeof SCOPES)[number];

/** Somebody whom we know by a name. */
export interface NamedPrincipal {
  readonly kind: 'named';
  /** That of a key, which is the same after a rotation. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** Patterns of the sources that it may speak for, in which `*` is any text; undefined if it may for all. */
  readonly sources?: readonly string[] | undefined;
}

/** The one that a request comes from: nobody in particular where nobody is asked for a name. */
export type Principal = { readonly kind: 'anonymous' } | NamedPrincipal;

export const ANONYMOUS: Principal = { kind: 'anonymous' };

/** The name of a principal, if it has one. */
export function nameOf(principal: Principal): string | undefined {
  return principal.kind === 'named' ? principal.name : undefined;
}

/** Whether a source fits one of the patterns. */
export function fitsAny(source: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    // All that may stand in a source and means something in an expression is the dot.
    const expression = pattern.replaceAll('.', '\\.').replaceAll('*', '.*');
    return new RegExp(`^${expression}$`).test(source);
  });
}
