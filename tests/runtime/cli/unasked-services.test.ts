// What `validate` makes of variables of legacy templates that a service would be asked for: unknown, never empty.
import { describe } from "../../support/describe.js";
import { type Trap, trapTests } from "../../support/traps.js";

/** A builder whose options come from two services, by way of another variable. */
function template(options: object): Trap {
  return {
    files: {
      "t.json": JSON.stringify({
        variables: {
          kept: "{{ vault `secret/data/app` `name` }}",
          joined: "a-{{ user `kept` | upper }}-z",
          key: "{{ consul_key `app/key` }}",
          plain: "",
        },
        builders: [{ type: "file", ...options }],
      }),
    },
    argv: ["validate", "t.json"],
    code: 0,
    lacks: ["Error"],
  };
}

describe("a text that validate asks nobody for", (test) => {
  trapTests(test, {
    "is not missing": template({ target: "{{ user `kept` }}", content: "x" }),
    "nor is one that is made of it": template({ target: "{{ user `joined` }}", content: "{{ user `key` }}" }),
    "while an empty text is still empty": {
      ...template({ target: "{{ user `plain` }}", content: "x" }),
      code: 1,
      lacks: [],
    },
    "may be a number, a duration or a yes later": {
      files: {
        "t.json": JSON.stringify({
          variables: { kept: "{{ vault `secret/data/app` `name` }}" },
          builders: [{ type: "null", communicator: "none" }],
          provisioners: [
            { type: "sleep", duration: "{{ user `kept` }}" },
            {
              type: "shell-local",
              inline: ["x"],
              max_retries: "{{ user `kept` }}",
              valid_exit_codes: ["{{ user `kept` }}"],
            },
          ],
          "post-processors": [{ type: "manifest", output: "f", strip_path: "{{ user `kept` }}" }],
        }),
      },
      argv: ["validate", "t.json"],
      code: 0,
      lacks: ["Error"],
    },
  });
});
