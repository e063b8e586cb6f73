/**
 * Freezes a value and all that can be reached from it, functions too: data that nobody may change. Models nothing of
 * the kernel's; a typed array stays as it is, for it cannot be frozen.
 */
export function deepFreeze<T>(value: T): T {
  freezeBelow(value, new Set());
  return value;
}

function freezeBelow(value: unknown, seen: Set<unknown>): void {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject || seen.has(value) || ArrayBuffer.isView(value)) return;
  seen.add(value);
  for (const each of Object.values(Object.getOwnPropertyDescriptors(value))) freezeBelow(each.value, seen);
  if (Object.prototype.toString.call(value) !== '[object Module]') Object.freeze(value);
  // What a module exports cannot be exchanged anyway, but changed.
  else for (const exported of Object.values(value)) freezeBelow(exported, seen);
}
