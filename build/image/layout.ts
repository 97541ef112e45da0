import { collect, NOBODY } from './contents.ts';
import { sbomOf } from './sbom.ts';
import { compress, type Entry, sha256, tarOf } from './tar.ts';

/** An image, as files of an OCI image layout. */
export interface Image {
  readonly files: readonly Entry[];
  /** Of its manifest: `sha256:...`. */
  readonly digest: string;
  /** Of its layers, compressed. */
  readonly bytes: number;
  readonly sbom: string;
}

export interface ImageOptions {
  readonly root: string;
  /** The commit that it is made of. @default - nothing is said of it */
  readonly revision?: string | undefined;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Makes the image without Docker (OCI image specification 1.1): nothing in it depends on the time or the place, so the same
 * commit, packages and libraries make the same digest.
 */
export async function createImage({ root, revision }: ImageOptions): Promise<Image> {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform !== 'linux' || architecture === undefined) {
    throw new RangeError(
      `An image is of Linux on x64 or arm64, and takes its libraries from there; this is ${process.platform} on ${process.arch}.`,
    );
  }
  const contents = await collect(root);
  const sbom = sbomOf(contents);
  const app = [...contents.app, { path: 'app/sbom.cdx.json', content: Buffer.from(sbom) }];
  const layers = await Promise.all([contents.base, app].map(layerOf));
  const config = blobOf('application/vnd.oci.image.config.v1+json', {
    architecture,
    os: 'linux',
    config: {
      User: `${NOBODY}:${NOBODY}`,
      WorkingDir: '/',
      Env: ['HOST=0.0.0.0', 'PORT=3000', 'DATA_DIR=/data', 'NODE_ENV=production'],
      Entrypoint: ['/usr/bin/node', '/app/start.mjs'],
      ExposedPorts: { '3000/tcp': {} },
      Volumes: { '/data': {} },
      StopSignal: 'SIGTERM',
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map((_, at) => ({ created_by: at === 0 ? 'Node and libraries' : 'Rollcall' })),
  });
  const manifest = blobOf('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    annotations: {
      'org.opencontainers.image.title': 'rollcall',
      'org.opencontainers.image.licenses': 'MIT',
      ...(revision !== undefined && { 'org.opencontainers.image.revision': revision }),
    },
  });
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...manifest.descriptor,
        annotations: {
          'org.opencontainers.image.ref.name': 'rollcall:latest',
          'io.containerd.image.name': 'docker.io/library/rollcall:latest',
        },
      },
    ],
  };
  return {
    files: [
      { path: 'oci-layout', content: jsonOf({ imageLayoutVersion: '1.0.0' }) },
      { path: 'index.json', content: jsonOf(index) },
      ...[config, manifest, ...layers].map(({ descriptor, content }) => ({
        path: `blobs/${descriptor.digest.replace(':', '/')}`,
        content,
      })),
    ],
    digest: manifest.descriptor.digest,
    bytes: layers.reduce((total, { content }) => total + content.length, 0),
    sbom,
  };
}

async function layerOf(entries: readonly Entry[]) {
  const archive = await tarOf(entries);
  const content = await compress(archive, { level: 6 });
  return {
    diffId: `sha256:${sha256(archive)}`,
    content,
    descriptor: descriptorOf('application/vnd.oci.image.layer.v1.tar+gzip', content),
  };
}

function blobOf(mediaType: string, value: object) {
  const content = jsonOf(value);
  return { content, descriptor: descriptorOf(mediaType, content) };
}

function descriptorOf(mediaType: string, content: Buffer) {
  return { mediaType, digest: `sha256:${sha256(content)}`, size: content.length };
}

function jsonOf(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
