import packageJson from '../../package.json' with { type: 'json' };
import type { Contents } from './contents.ts';
import type { Package } from './packages.ts';
import { sha256 } from './tar.ts';

/** What is in an image, as a bill of materials (CycloneDX 1.6): the same text for the same contents. */
export function sbomOf({ packages, libraries }: Pick<Contents, 'packages' | 'libraries'>): string {
  const components = [
    ...packages.map(componentOf),
    ...libraries.map(({ path, content }) => ({
      type: 'file',
      'bom-ref': `file:${path}`,
      name: path,
      hashes: [{ alg: 'SHA-256', content: sha256(content) }],
    })),
  ];
  const { name, version, license } = packageJson;
  return `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: {
        component: { type: 'container', 'bom-ref': name, name, version, licenses: [{ license: { id: license } }] },
      },
      components,
    },
    undefined,
    2,
  )}\n`;
}

function componentOf({ path, name, version, license, integrity = '' }: Package) {
  const [, hash] = /^sha512-(.+)$/.exec(integrity) ?? [];
  return {
    type: 'library',
    'bom-ref': path,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license !== undefined && {
      licenses: [license.includes(' ') ? { expression: license } : { license: { name: license } }],
    }),
    ...(hash !== undefined && { hashes: [{ alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }] }),
  };
}
