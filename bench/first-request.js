// A fresh process: loads a bundle, has it answer one request and writes to file descriptor 3 how long that took, in
// milliseconds. Plain JavaScript: TypeScript would bring its compiler into the process that is measured.
import { createContext } from './lambda-context.js';

const [, , bundle = '', payload = ''] = process.argv;
const url = process.getBuiltinModule('node:url').pathToFileURL(bundle).href;
const event = JSON.parse(payload);
const context = createContext();

const started = performance.now();
const { handler } = await import(url);
const { statusCode } = await handler(event, context);
const ms = performance.now() - started;

if (statusCode !== 201) throw new Error(`${bundle} answered ${statusCode}`);
process.getBuiltinModule('node:fs').writeSync(3, String(ms));
// Connections that are kept alive would keep the process.
process.exit();
