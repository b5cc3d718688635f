// An esbuild plugin. The AWS SDK's schemas name the members of their objects by constants (`{ [_xN]: _it }`), and a bundler
// can't know that finding such a name does nothing else: it kept the shapes of all 800 calls of EC2, a megabyte that each build
// read and ran. With the names themselves in place, only what our calls need is kept.
import { readFile } from "node:fs/promises";

const SCHEMAS = /@aws-sdk\/.*\/schemas\/schemas_0\.js$/;

export const literalKeys = {
  name: "literal-keys",
  setup({ onLoad }) {
    onLoad({ filter: SCHEMAS }, async ({ path }) => ({ contents: withLiteralKeys(await readFile(path, "utf8")) }));
  },
};

function withLiteralKeys(text) {
  const texts = new Map([...text.matchAll(/^const (\w+) = ("[^"\\\n]*");$/gm)].map(([, name, value]) => [name, value]));
  return text.replace(/\[(\w+)\]:/g, (whole, name) => (texts.has(name) ? `${texts.get(name)}:` : whole));
}
