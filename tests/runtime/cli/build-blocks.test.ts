// What a build block says beside its steps: the name that they see, and the registry that is passed over.
import { describe } from "../../support/describe.js";
import { onNull, type Trap, trapTests } from "../../support/traps.js";

const named = (body: string): Readonly<Record<string, string>> => ({
  "t.pkr.hcl": onNull(body)["t.pkr.hcl"]?.replace("build {", 'build {\n  name = "tower"') ?? "",
});

describe("build.name", (test) => {
  trapTests(test, {
    "is known to the own arguments of steps": {
      files: named(`  provisioner "shell-local" {
    name   = "\${build.name}-first"
    inline = ["echo \${build.name}"]
  }
  post-processor "shell-local" {
    name   = "\${build.name}-last"
    except = ["\${build.name}"]
    inline = ["echo after \${build.name}"]
  }
  post-processors {
    dynamic "post-processor" {
      for_each = [1]
      labels   = ["shell-local"]
      content {
        name   = "\${build.name}-\${post-processor.value}"
        inline = ["x"]
      }
    }
  }`),
      argv: ["inspect", "."],
      code: 0,
      has: ["shell-local.tower-first", "shell-local.tower-last", "shell-local.tower-1"],
      lacks: ["Error"],
    },
    "and to nothing else of a build": {
      files: named(
        '  dynamic "provisioner" {\n    for_each = [build.name]\n    labels = ["shell-local"]\n    content {}\n  }',
      ),
      argv: ["validate", "."],
      code: 1,
      has: ['does not have an attribute named "name"'],
    },
    "what it has later is not known yet": {
      files: named('  provisioner "shell-local" {\n    name   = build.ID\n    inline = ["x"]\n  }'),
      argv: ["validate", "."],
      code: 1,
      has: ['does not have an attribute named "ID"'],
    },
  });
});

const registry = (content: string, more: Partial<Trap>): Trap => ({
  files: {
    "t.pkr.hcl": `locals {\n  bucket = "a_b"\n}\nhcp_packer_registry {\n${content}\n}\n${onNull("")["t.pkr.hcl"]}`,
  },
  argv: ["validate", "."],
  code: 1,
  ...more,
});
const inBuild = (body: string, more: Partial<Trap>): Trap => ({
  files: onNull(body),
  argv: ["validate", "."],
  code: 1,
  ...more,
});

describe("hcp_packer_registry", (test) => {
  trapTests(test, {
    "is checked, with one warning that it is passed over": registry(
      'bucket_name = "x-1"\nlabels = { a = 1 }\nwhatever = 2',
      {
        code: 0,
        has: [["Warning: HCP Packer is not supported", 1]],
      },
    ),
    "has a name of letters, digits and dashes": registry("bucket_name = local.bucket", {
      has: ["bucket_name can only contain between 3 and 36 ASCII letters", "line 5"],
    }),
    "has no long description": registry(`description = "${"é".repeat(128)}"`, {
      has: ["should have a maximum length of 255 characters"],
    }),
    "has arguments of their types": registry('labels = ""', { has: ["map of string required"] }),
    "has labels under one name": registry("labels = { a = 1 }\nbucket_labels = { b = 2 }", {
      has: ["are mutually exclusive", "line 5"],
    }),
    "stands once beside the builds": registry("}\nhcp_packer_registry {", {
      has: ["Only one hcp_packer_registry is allowed", "line 6"],
    }),
    "stands once in a build": inBuild("  hcp_packer_registry {}\n  hcp_packer_registry {}", {
      has: [
        ["Only one hcp_packer_registry is allowed", 1],
        ["Warning: HCP", 1],
      ],
    }),
    "is checked in a build": inBuild('  hcp_packer_registry {\n    bucket_name = "?"\n  }', {
      has: ["bucket_name can only contain", "in build"],
    }),
  });
});
