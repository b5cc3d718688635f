// Blocks of a build that `dynamic` makes: what their iterators reach (language.md §2.2).
import { describe } from "../../support/describe.js";
import { type Trap, trapTests } from "../../support/traps.js";

const template = (text: string, more: Partial<Trap>): Trap => ({
  files: { "t.pkr.hcl": text },
  argv: ["build", "-parallel-builds=1", "."],
  code: 0,
  has: [],
  ...more,
});

/** Sources whose content and name come from an iterator, on a source that says its own name. */
const sources = (iterator: string, name: string): string => `
source "file" "base" {
  target = "\${source.name}.txt"
}
locals {
  rooms = { hall = "big", attic = "small" }
}
build {
  dynamic "source" {
    for_each = local.rooms
    ${iterator}
    labels = ["file.base"]
    content {
      name    = ${name}
      content = "\${${name}} is \${${name.replace("key", "value")}}"
    }
  }
  provisioner "shell-local" {
    inline = ["echo [\${source.name}]"]
  }
  post-processor "shell-local" {
    inline = ["echo post \${source.name}; cat \${source.name}.txt"]
  }
}
`;

describe("dynamic sources", (test) => {
  trapTests(test, {
    "the iterator is called source, and names the build": template(sources("", "source.key"), {
      has: ["file.attic: [attic]", "file.hall: [hall]", "attic is small", "hall is big"],
    }),
    "the iterator has a name of its own": template(sources("iterator = room", "room.key"), {
      has: ["file.attic: [attic]", "file.hall: [hall]", "attic is small", "hall is big"],
    }),
    "-only takes the names that were made": template(sources("", "source.key"), {
      argv: ["build", "-only=file.att*", "."],
      has: ["file.attic: [attic]"],
      lacks: ["hall is"],
    }),
    "the name sees iterators only": template(sources("", "local.rooms.hall"), {
      argv: ["validate", "."],
      code: 1,
      has: ['There is no variable named "local"', "t.pkr.hcl line 14"],
    }),
  });
});

describe("dynamic blocks in dynamic blocks", (test) => {
  trapTests(test, {
    "inner steps see outer iterators": template(
      `source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  dynamic "post-processors" {
    for_each = ["x", "y"]
    iterator = outer
    content {
      dynamic "post-processor" {
        for_each = [1, 2]
        labels   = ["shell-local"]
        content {
          name   = "\${outer.value}-\${post-processor.value}"
          inline = ["echo step \${outer.value}\${post-processor.value}"]
        }
      }
    }
  }
}
`,
      { has: ["step x1", "step x2", "step y1", "step y2"] },
    ),
  });
});
