/** The region in which CloudFront looks for certificates, firewalls and deliveries of logs, and keeps its metrics. */
export const EDGE_REGION = 'us-east-1';
