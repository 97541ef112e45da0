import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What `npm start` runs, in a process of its own. */
export class ServerProcess {
  /** Resolves to its address once it answers; rejects if it ends without one. */
  readonly origin: Promise<string>;
  private readonly child: ChildProcess;
  private readonly exit: Promise<unknown>;

  constructor(dataDir: string) {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...inherited } = process.env;
    const env = { ...inherited, PORT: '0', DATA_DIR: dataDir };
    const child = spawn(process.execPath, ['local/start.ts'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.exit = once(child, 'exit');
    let output = '';
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    this.origin = new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        // It logs each request; only what comes before the first of them matters.
        if (output.includes('stop:')) return;
        output += text;
        const address = /answers on (http:\S+)/.exec(output)?.[1];
        if (address !== undefined && output.includes('stop:')) resolve(address);
      });
      child.once('close', () => reject(new Error(`the server ended before it answered: ${errors}`)));
    });
    this.origin.catch(() => {}); // Whoever kills it while it starts does not wait for it.
  }

  /** kill -9: it has no say in it. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends it as Ctrl-C does. */
  stop(): void {
    this.child.kill('SIGINT');
  }

  /** Resolves when it is gone. */
  async gone(): Promise<void> {
    await this.exit;
  }
}
