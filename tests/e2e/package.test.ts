// What `npm pack` makes, as a user gets it: installed in an empty folder, with no registry within reach.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { makeBaseImage } from "../../fixtures/quickstart/make-base-image.js";
import { describe } from "../support/describe.js";
import { withEditor } from "../support/editor.js";
import { whyNoLocalBuilds } from "../support/workshop.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = mkdtempSync(join(tmpdir(), "pkrts-package-"));
const app = join(folder, "app");
const env = {
  ...process.env,
  HOME: folder,
  PKRTS_EC2_STATE: join(folder, "ec2"),
  XDG_STATE_HOME: join(folder, "state"),
  npm_config_cache: join(folder, "npm-cache"),
  npm_config_registry: "http://127.0.0.1:9",
};
const at = (cwd: string, file: string, ...argv: readonly string[]): string =>
  execFileSync(file, argv, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const npx = (...argv: readonly string[]): string => at(app, "npx", "--no-install", "pkrts", ...argv);

function install(): void {
  at(root, "npx", "tsc", "-p", "tsconfig.types.json");
  // What prepack does beside that was done before the tests, which use what it makes.
  at(root, "npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", folder);
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{"name":"app","version":"1.0.0","type":"module"}\n');
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  at(app, "npm", "install", "--no-audit", "--no-fund", join(folder, tarball));
}

const TEMPLATE = `variable "ami" {
  default = "ami-0123456789abcdef0"
}
source "amazon-chroot" "a" {
  source_ami = var.ami
  ami_name   = "packaged"
}
build {
  sources = ["amazon-chroot.a"]
  provisioner "shell" {
    inline = ["echo in the chroot"]
  }
}
`;

describe("the package", (test) => {
  test("installs alone: with no other package, no registry, and no script", () => {
    install();
    assert.equal(
      readdirSync(join(app, "node_modules")).filter((name) => !name.startsWith(".")),
      ["pkrts"],
    );
  });

  test("npx pkrts validates a template, from a code cache from the second time on", () => {
    writeFileSync(join(app, "t.pkr.hcl"), TEMPLATE);
    assert.is(npx("validate", "t.pkr.hcl"), "The configuration is valid.\n");
    assert.ok(existsSync(join(app, "node_modules/pkrts/dist/cache")));
    assert.is(npx("validate", "t.pkr.hcl"), "The configuration is valid.\n");
  });

  test.unless(whyNoLocalBuilds(), "npx pkrts builds an image with -local", async () => {
    const disk = join(folder, "base.img");
    await makeBaseImage(disk, []);
    const ami = npx("ec2", "import", "-name=base", disk).trim();
    const output = npx("build", "-local", "-var", `ami=${ami}`, "t.pkr.hcl");
    assert.match(output, "in the chroot");
    assert.match(output, "AMIs were created:");
  });

  test("npx pkrts lsp answers an editor", () =>
    withEditor(
      async (editor) => {
        await editor.open("t.pkr.hcl", 'source "nul" "a" {}\n');
        assert.ok((await editor.labels("t.pkr.hcl", 0, 8)).includes("null"));
        assert.is(await editor.quit(), 0);
      },
      [join(app, "node_modules/.bin/pkrts"), "lsp"],
    ));

  test("programs in TypeScript see the library's types", () => {
    writeFileSync(
      join(app, "use.ts"),
      'import { evaluateExpression, validate } from "pkrts";\nconst n: string | undefined = evaluateExpression("1").json;\nconst { diagnostics } = await validate(".");\nexport const found = [n, diagnostics.length];\n',
    );
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
    at(app, join(root, "node_modules/.bin/tsc"), ...flags, "use.ts");
  });

  test("is gone again", () => rmSync(folder, { recursive: true, force: true }));
});
