/** A schema, or a fragment of one: what is shared by several. */
interface Extendable {
  readonly $id?: string;
  /** The `$id` of the fragment whose properties come before its own. */
  readonly extends?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The whole schema: with the properties of the fragment that it extends. */
export function extended<S extends Extendable>(schema: S, fragments: readonly Extendable[]): Omit<S, "extends"> {
  const { extends: name, ...own } = schema;
  if (name === undefined) return own;
  const fragment = fragments.find(({ $id }) => $id === name);
  if (fragment === undefined) throw new Error(`${schema.$id ?? "a schema"} extends ${name}, which there is not`);
  return { ...own, properties: { ...fragment.properties, ...own.properties } };
}
