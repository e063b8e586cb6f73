/**
 * What the page may do: run its own script and worker, use its own style and images, and ask nobody else for
 * anything. `index.html` says the same, for where no server says it; but for `frame-ancestors`, which only a
 * server can.
 */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** The same for a page that runs Linux's own code, which is WebAssembly. */
export const POLICY_WITH_CODE = POLICY.map((part) =>
  part === "script-src 'self'" ? "script-src 'self' 'wasm-unsafe-eval'" : part,
);
