import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== './rapid-client.node') return next(specifier, context);
    try {
      return next(specifier, context);
    } catch {
      return {
        url: new URL('./rapid-client.ts', import.meta.url).href,
        format: 'module-typescript',
        shortCircuit: true,
      };
    }
  },
});
