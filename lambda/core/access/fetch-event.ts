/** The event on which the keys of the identity provider are fetched. */
export const FETCH_EVENT = { kind: 'provider-keys' } as const;
