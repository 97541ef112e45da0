import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { VIEWER_HOST_HEADER } from '../../lambda/core/cdn-policy.ts';

/** It runs at the edge, in JavaScript of its own kind (CloudFront developer guide, "JavaScript runtime 2.0"). */
export const VIEWER_HOST_CODE = `function handler(event) {
  var request = event.request;
  // Whatever the viewer claims is replaced.
  request.headers['${VIEWER_HOST_HEADER}'] = { value: request.headers.host.value };
  return request;
}
`;

/** A function at the edge that keeps the viewer's Host, which CloudFront replaces by the origin's, in a header of its own. */
export class ViewerHost extends Construct {
  readonly edgeFunction: EdgeFunction;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.edgeFunction = new EdgeFunction(this, 'Function', {
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(VIEWER_HOST_CODE),
      comment: `The host that the viewer asked for, in ${VIEWER_HOST_HEADER}`,
    });
  }
}
