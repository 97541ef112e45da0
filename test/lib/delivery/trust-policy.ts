/** Who may take a role: a model of how AWS reads a trust policy for `sts:AssumeRoleWithWebIdentity`. */
import * as v from 'valibot';

/** What a token says. */
export interface Claims {
  readonly iss: string;
  readonly sub?: string;
  readonly aud?: string;
  readonly [other: string]: string | undefined;
}

const Values = v.union([v.string(), v.array(v.string())]);
const Condition = v.record(v.string(), v.record(v.string(), Values));
const Statement = v.strictObject({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: Values,
  Principal: v.strictObject({ Federated: v.unknown() }),
  Condition: v.optional(Condition, {}),
});
const Policy = v.object({ Statement: v.array(Statement) });

/**
 * IAM user guide, "Condition operators" and "Conditions with multiple context keys or values": a condition holds when
 * each key of it does, a key holds when one of its values does, and a key that is missing fails what is not IfExists.
 */
const OPERATORS: Readonly<Record<string, (value: string, allowed: string) => boolean>> = {
  StringEquals: (value, allowed) => value === allowed,
  StringEqualsIgnoreCase: (value, allowed) => value.toLowerCase() === allowed.toLowerCase(),
  StringLike: (value, allowed) => {
    const pattern = allowed
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${pattern}$`, 's').test(value);
  },
};

/**
 * Whether a token with these claims takes the role.
 *
 * @param document what the template says: the AssumeRolePolicyDocument of the role
 * @param issuerOf the issuer of the identity provider that the template names in this way
 * @throws if the policy has something that this model does not know
 */
export function mayAssume(document: unknown, claims: Claims, issuerOf: (federated: unknown) => string): boolean {
  const matching = v.parse(Policy, document).Statement.filter(({ Action, Principal, Condition }) => {
    const isTrusted = claims.iss === `https://${issuerOf(Principal.Federated)}`;
    return isTrusted && [Action].flat().includes('sts:AssumeRoleWithWebIdentity') && holds(Condition, claims);
  });
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

function holds(condition: v.InferOutput<typeof Condition>, claims: Claims): boolean {
  return Object.entries(condition).every(([name, keys]) => {
    const operator = OPERATORS[name.replace(/IfExists$/, '')];
    if (operator === undefined) throw new Error(`the model does not know the operator ${name}`);
    return Object.entries(keys).every(([key, allowed]) => {
      const value = claims[key.slice(key.lastIndexOf(':') + 1)];
      if (value === undefined) return name.endsWith('IfExists');
      return [allowed].flat().some((one) => operator(value, one));
    });
  });
}
