/**
 * The last lines of a deployment: where the API answers, and what to try; or with which role GitHub deploys.
 *
 * @param outputs what cdk has written: the outputs of each stack, by their names
 */
export function describeUrl(outputs: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const url = Object.values(outputs).find(({ Url }) => Url !== undefined)?.Url;
  const role = Object.values(outputs).find(({ RoleArn }) => RoleArn !== undefined)?.RoleArn;
  if (role !== undefined) return `GitHub deploys with this role:\n  AWS_ROLE_ARN=${role}`;
  if (url === undefined) return 'No stack says where the API answers: none has an output Url.';
  return `Rollcall answers on ${url}\n  try:   curl -X POST ${url}/app`;
}
