/** The outputs of each stack, by their names, as cdk has written them. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Where the API answers, as one of the stacks says. */
export function urlOf(outputs: Outputs): string | undefined {
  return Object.values(outputs).find(({ Url }) => Url !== undefined)?.Url;
}

/** The last lines of a deployment: where the API answers, and what to try; or with which role GitHub deploys. */
export function describeUrl(outputs: Outputs): string {
  const role = Object.values(outputs).find(({ RoleArn }) => RoleArn !== undefined)?.RoleArn;
  if (role !== undefined) return `GitHub deploys with this role:\n  AWS_ROLE_ARN=${role}`;
  const url = urlOf(outputs);
  if (url === undefined) return 'No stack says where the API answers: none has an output Url.';
  return `Rollcall answers on ${url}\n  try:   curl -X POST ${url}/app`;
}
