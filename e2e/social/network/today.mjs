// What the network uses of a Node newer than ours, as far as it is not there.
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
const lazy = {
  *map(f) { let i = 0; for (const x of this) yield f(x, i++) },
  *filter(f) { let i = 0; for (const x of this) if (f(x, i++)) yield x },
  *flatMap(f) { let i = 0; for (const x of this) yield* f(x, i++) },
  *take(n) { for (const x of this) { if (n-- <= 0) return; yield x } },
  *drop(n) { for (const x of this) if (n-- <= 0) yield x },
  toArray() { return [...this] },
  forEach(f) { let i = 0; for (const x of this) f(x, i++) },
  some(f) { for (const x of this) if (f(x)) return true; return false },
  every(f) { for (const x of this) if (!f(x)) return false; return true },
  find(f) { for (const x of this) if (f(x)) return x },
  reduce(f, ...from) { return [...this].reduce(f, ...from) },
}
const sets = {
  union(o) { return new Set([...this, ...o.keys()]) },
  intersection(o) { return new Set([...this].filter((x) => o.has(x))) },
  difference(o) { return new Set([...this].filter((x) => !o.has(x))) },
  isSubsetOf(o) { return [...this].every((x) => o.has(x)) },
  isSupersetOf(o) { return [...o.keys()].every((x) => this.has(x)) },
  isDisjointFrom(o) { return ![...this].some((x) => o.has(x)) },
}
for (const [on, all] of [[iterators, lazy], [Set.prototype, sets]]) {
  for (const [name, value] of Object.entries(all)) {
    if (!(name in on)) Object.defineProperty(on, name, { value, configurable: true, writable: true })
  }
}
globalThis.Iterator ??= Object.assign(function Iterator() {}, { prototype: iterators, from: (x) => x[Symbol.iterator]() })
Promise.withResolvers ??= function () {
  const out = {}
  out.promise = new this((resolve, reject) => Object.assign(out, { resolve, reject }))
  return out
}
Array.fromAsync ??= async (from, map = (x) => x) => {
  const all = []
  for await (const x of from) all.push(await map(x))
  return all
}
