/**
 * What bare.ts imports from Node, without ES module imports: an import of `node:http` reads each of its exports, one of
 * which loads a WebSocket client. Rollcall's bundle saves that time the same way (build/bundle.ts).
 */
export const { createHash, createHmac, randomUUID } = process.getBuiltinModule('node:crypto');
export const { Agent, request } = process.getBuiltinModule('node:http');
