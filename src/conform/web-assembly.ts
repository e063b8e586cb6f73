/** What of WebAssembly is used; neither the language's library nor Node's types declare it. */
interface WebAssemblyApi {
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
  readonly Module: { readonly imports: (module: WasmModule) => readonly { readonly name: string }[] };
}

/** Compiled code. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
