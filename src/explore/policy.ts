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
