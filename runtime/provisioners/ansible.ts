// Ansible, run on this machine against the one that is built (cli-runtime §5.6).

import { statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { ansibleOptions } from "../../schemas/components/ansible.gen.js";
import type { Ansible } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import { defineProvisioner, type PrepareContext } from "../contract/component.js";
import { statProblem } from "../system/stat-problem.js";

export const component = defineProvisioner<Ansible>({
  type: "ansible",
  summary: "Runs Ansible against the machine that is built",
  schema: ansibleOptions,
  needsMachine: true,
  check,
  provision: async (...given) => (await import("./run-ansible.js")).runAnsible(...given),
});

function check(options: Options<Ansible>, context: PrepareContext, report: Reporter): void {
  const { value, unknown } = options;
  const refuse = (text: string, name = ""): void =>
    report.report(at(optionProblem(text), name === "" ? undefined : options.rangeOf(`/${name}`)));
  if ((value.playbook_file ?? "") === "" && !unknown.includes("/playbook_file"))
    refuse("playbook_file must be specified");
  for (const [name, kind] of FILES) {
    const problem = fileProblem(value[name], kind, context.cwd);
    if (problem !== undefined) refuse(`${name}: ${value[name]} is invalid: ${problem}`, name);
  }
  for (const pair of value.ansible_env_vars ?? [])
    if (pair.indexOf("=") < 1) refuse(`ansible_env_vars: not in format 'key=value': ${pair}`, "ansible_env_vars");
  refuseProxy(options, context, report);
}

const FILES = [
  ["playbook_file", "file"],
  ["galaxy_file", "file"],
  ["inventory_file", "any"],
  ["inventory_directory", "folder"],
] as const;

function fileProblem(path: string | undefined, kind: "file" | "folder" | "any", cwd: string): string | undefined {
  if (path === undefined || path === "") return undefined;
  const problem = statProblem(path, cwd);
  if (problem !== undefined) return problem;
  const stat = statSync(isAbsolute(path) ? path : join(cwd, path));
  if (kind === "file" && !stat.isFile()) return "it must point to a file";
  return kind === "folder" && !stat.isDirectory() ? "it must point to a folder" : undefined;
}

const OF_THE_PROXY = [
  "local_port",
  "ssh_host_key_file",
  "ssh_authorized_key_file",
  "sftp_command",
  "use_sftp",
] as const;

/** Stricter than Packer: a warning first, an error when it is built. */
function refuseProxy(options: Options<Ansible>, { purpose }: PrepareContext, report: Reporter): void {
  const asked = [...OF_THE_PROXY.filter((name) => options.given(`/${name}`))] as string[];
  if (options.value.use_proxy === true) asked.unshift("use_proxy");
  for (const name of asked) {
    const text = `${name} is for Packer's SSH proxy, which pkrts does not have: Ansible goes to the machine itself, as with use_proxy = false`;
    report.report(at(purpose === "build" ? optionProblem(text) : optionDoubt(text), options.rangeOf(`/${name}`)));
  }
}
