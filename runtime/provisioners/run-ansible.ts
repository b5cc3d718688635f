// Inventory, arguments, environment: what ansible-playbook is run with, and its run.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { Ansible } from "../../schemas/options.gen.js";
import type { Communicator } from "../contract/communicator.js";
import type { GeneratedData, Machine, PrepareContext } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import { exec } from "../system/exec.js";
import { CHROOT_PLUGIN } from "./ansible-chroot-plugin.js";
import { openSshRelay, type SshRelay } from "./ssh-relay.js";

/** Rejects when Ansible is not there, or ends with anything but 0. Nothing stays but what keep_inventory_file asks for. */
export async function runAnsible(
  options: Ansible,
  context: PrepareContext,
  { communicator, generated }: Machine,
  run: RunContext,
): Promise<void> {
  run.emit({ type: "say", text: "Provisioning with Ansible..." });
  const scratch = mkdtempSync(join(scratchParent(), "packer-provisioner-ansible"));
  const target = targetOf(communicator, options, context, generated);
  const made: string[] = [];
  let relay: SshRelay | undefined;
  try {
    const { dialBeyond } = communicator;
    if (dialBeyond !== undefined) relay = await openSshRelay(dialBeyond, scratch, run);
    const play: Play = { options: atPlace(options, context), context, target, run, scratch, relay };
    if (options.skip_version_check !== true) await checkVersion(play);
    await installFromGalaxy(play);
    const inventory = play.options.inventory_file ?? writeInventory(play, made);
    await execute(play, inventory);
  } finally {
    relay?.close();
    rmSync(scratch, { recursive: true, force: true });
    if (options.keep_inventory_file !== true) for (const path of made) rmSync(path, { force: true });
  }
}

/** ssh expands a % in the paths that it is given for sockets and commands, and Ansible makes folders of them as they are. */
const scratchParent = (): string => (tmpdir().includes("%") ? "/tmp" : tmpdir());

interface Target {
  readonly connection: "ssh" | "chroot";
  readonly host: string;
  readonly user: string;
  readonly port: string;
  readonly keyFile: string;
  readonly password: string;
  /** Host keys to trust; undefined: any. */
  readonly knownHostsFile: string | undefined;
  readonly data: GeneratedData;
}

interface Play {
  readonly options: Ansible;
  readonly context: PrepareContext;
  readonly target: Target;
  readonly run: RunContext;
  /** A folder for what nobody needs afterwards. */
  readonly scratch: string;
  /** Where ssh has to go through a bastion or a proxy. */
  readonly relay: SshRelay | undefined;
}

function targetOf(
  { kind, knownHostsFile }: Communicator,
  options: Ansible,
  context: PrepareContext,
  data: GeneratedData,
): Target {
  const text = (name: string): string => String(data[name] ?? "");
  const user = options.user === undefined ? "" : context.templates.render(options.user, data);
  const open = { keyFile: "", password: "", knownHostsFile, data };
  if (kind === "chroot") return { connection: "chroot", host: text("MountPath"), user, port: "", ...open };
  if (kind !== "ssh")
    throw new RunError("the ansible provisioner needs a machine to run on, and this builder gives it none");
  return {
    ...open,
    connection: "ssh",
    host: text("Host"),
    user: user === "" ? text("User") : user,
    port: text("Port"),
    keyFile: text("SSHPrivateKeyFile"),
    password: text("Password"),
  };
}

/** Paths start at the working directory; what is a template is rendered. */
function atPlace(options: Ansible, { cwd }: PrepareContext): Ansible {
  const place = (path: string | undefined): string | undefined =>
    path === undefined || path === "" ? undefined : isAbsolute(path) ? path : join(cwd, path);
  const { playbook_file, galaxy_file, inventory_file, inventory_directory, roles_path, collections_path, ...others } =
    options;
  const paths = { playbook_file, galaxy_file, inventory_file, inventory_directory, roles_path, collections_path };
  const placed = Object.entries(paths).flatMap(([name, path]) => {
    const found = place(path);
    return found === undefined ? [] : [[name, found]];
  });
  return { ...others, ...Object.fromEntries(placed) };
}

async function checkVersion(play: Play): Promise<void> {
  const { command = "ansible-playbook" } = play.options;
  try {
    const { exitCode, stderr } = await exec([command, "--version"], options(play));
    if (exitCode !== 0) throw new RunError(stderr.trim());
  } catch (thrown) {
    play.run.signal.throwIfAborted();
    throw new RunError(
      `Error running "${command} --version": ${errorFrom(thrown).message}: is Ansible installed? (skip_version_check leaves this out)`,
    );
  }
}

// ─── inventory ───────────────────────────────────────────────────────────────

const SSH_LINE = "{{ .HostAlias }} ansible_host={{ .Host }} ansible_user={{ .User }} ansible_port={{ .Port }}\n";
const CHROOT_LINE = "{{ .HostAlias }} ansible_host={{ .Host }} ansible_connection=chroot\n";

/** The path of the file, which is also noted in `made` unless it lies in the scratch folder. */
function writeInventory({ options: given, context, target, scratch }: Play, made: string[]): string {
  const {
    inventory_directory,
    inventory_file_template,
    host_alias = "default",
    groups = [],
    empty_groups = [],
  } = given;
  const format = inventory_file_template ?? (target.connection === "chroot" ? CHROOT_LINE : SSH_LINE);
  const { host, user, port, data } = target;
  const line = context.templates.render(format, { ...data, HostAlias: host_alias, Host: host, User: user, Port: port });
  const text = [line, ...groups.map((group) => `[${group}]\n${line}`), ...empty_groups.map((group) => `[${group}]\n`)];
  const folder = inventory_directory ?? (given.keep_inventory_file === true ? tmpdir() : scratch);
  const path = join(folder, `packer-provisioner-ansible${process.pid}-${Math.floor(Math.random() * 1e9)}`);
  made.push(path);
  writeFileSync(path, text.map((part) => (part.endsWith("\n") ? part : `${part}\n`)).join(""), {
    mode: 0o600,
    flag: "wx",
  });
  return path;
}

// ─── galaxy ──────────────────────────────────────────────────────────────────

async function installFromGalaxy(play: Play): Promise<void> {
  const { galaxy_file: file, galaxy_command = "ansible-galaxy", galaxy_force_install, ...paths } = play.options;
  if (file === undefined) return;
  const text = readFileSync(file, "utf8");
  const collections = /^collections:/m.test(text);
  const roles = /^roles:/m.test(text) || !collections;
  const more = (path: string | undefined): readonly string[] => [
    ...(path === undefined ? [] : ["-p", path]),
    ...(galaxy_force_install === true ? ["-f"] : []),
  ];
  if (roles) await runGalaxy(play, [galaxy_command, "install", "-r", file, ...more(paths.roles_path)]);
  if (collections)
    await runGalaxy(play, [galaxy_command, "collection", "install", "-r", file, ...more(paths.collections_path)]);
}

async function runGalaxy(play: Play, argv: readonly string[]): Promise<void> {
  play.run.emit({ type: "say", text: `Executing Ansible Galaxy: ${argv.join(" ")}` });
  const exitCode = await streamed(play, argv);
  if (exitCode !== 0)
    throw new RunError(`Error executing Ansible Galaxy: Non-zero exit status: exit status ${exitCode}`);
}

// ─── the playbook ────────────────────────────────────────────────────────────

async function execute(play: Play, inventory: string): Promise<void> {
  const { command = "ansible-playbook", playbook_file = "", extra_arguments = [] } = play.options;
  const { context, target } = play;
  const argv = [
    command,
    ...extraVariable("packer_build_name", context.buildName),
    ...extraVariable("packer_builder_type", context.builderType),
    ...sshArguments(play),
    ...extra_arguments.map((text) => context.templates.render(text, target.data)),
    "-i",
    inventory,
    playbook_file,
  ];
  play.run.emit({ type: "say", text: `Executing Ansible: ${argv.join(" ")}` });
  const exitCode = await streamed(play, argv);
  if (exitCode !== 0) throw new RunError(`Error executing Ansible: Non-zero exit status: exit status ${exitCode}`);
}

/** Ansible cuts `key=value` at white space that is not quoted. */
const extraVariable = (name: string, value: string): readonly string[] => [
  "-e",
  `${name}=${/^[\w./-]*$/.test(value) ? value : JSON.stringify(value)}`,
];

function sshArguments({ options: given, target, scratch, relay }: Play): readonly string[] {
  if (target.connection !== "ssh") return [];
  const { keyFile, password } = target;
  const common = commonArguments(target.knownHostsFile, relay);
  const extra = given.ansible_ssh_extra_args ?? (keyFile === "" ? [] : ["-o IdentitiesOnly=yes"]);
  return [
    // Of ssh, sftp and scp alike. An argument of the user's with this name comes later, and wins.
    ...(common.length === 0 ? [] : ["--ssh-common-args", common.join(" ")]),
    ...(extra.length === 0 ? [] : ["--ssh-extra-args", extra.join(" ")]),
    ...(keyFile === "" ? [] : extraVariable("ansible_ssh_private_key_file", plainPath(keyFile))),
    ...(password === "" ? [] : ["-e", `@${passwordFile(password, scratch)}`]),
  ];
}

/** Ansible splits them as a shell does, and ssh reads quotes again. */
function commonArguments(knownHostsFile: string | undefined, relay: SshRelay | undefined): readonly string[] {
  const proxy = relay === undefined ? [] : [`-o ProxyCommand=${JSON.stringify(relay.proxyCommand)}`];
  if (knownHostsFile === undefined) return proxy;
  const file = JSON.stringify(`UserKnownHostsFile="${plainPath(knownHostsFile)}"`);
  return [...proxy, `-o ${file}`, "-o GlobalKnownHostsFile=/dev/null", "-o StrictHostKeyChecking=yes"];
}

/** A path in which ssh expands nothing. */
const plainPath = (path: string): string => path.replaceAll("%", "%%");

/** Every user of this machine can read a command line. */
function passwordFile(password: string, scratch: string): string {
  const path = join(scratch, "password.json");
  writeFileSync(path, JSON.stringify({ ansible_password: password }), { mode: 0o600 });
  return path;
}

async function streamed(play: Play, argv: readonly string[]): Promise<number> {
  const onLine = (stream: "stdout" | "stderr", line: string): void => play.run.emit({ type: "output", stream, line });
  return (await exec(argv, { ...options(play), onLine })).exitCode;
}

const options = ({ context, options: given, run, scratch, target, relay }: Play) => ({
  cwd: context.cwd,
  signal: run.signal,
  moreEnv: {
    PACKER_RUN_UUID: run.runId,
    // Packer's default, for a machine that was just made; a file of host keys asks for more.
    ANSIBLE_HOST_KEY_CHECKING: target.knownHostsFile === undefined ? "False" : "True",
    ANSIBLE_SCP_IF_SSH: "True",
    PYTHONUNBUFFERED: "1",
    ...(given.roles_path === undefined ? {} : { ANSIBLE_ROLES_PATH: given.roles_path }),
    ...(given.collections_path === undefined ? {} : { ANSIBLE_COLLECTIONS_PATH: given.collections_path }),
    // Ansible tells the connections that it keeps by host, port and user: behind another bastion that is another machine.
    ...(relay === undefined ? {} : { ANSIBLE_SSH_CONTROL_PATH_DIR: scratch }),
    ...(target.connection === "chroot" ? { ANSIBLE_CONNECTION_PLUGINS: pluginPath(context, scratch) } : {}),
    ...Object.fromEntries(
      (given.ansible_env_vars ?? [])
        .map((pair) => context.templates.render(pair, target.data))
        .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
  },
});

/** ansible-core has no connection into a chroot: ours lies where it is looked for first. */
function pluginPath({ env }: PrepareContext, scratch: string): string {
  writeFileSync(join(scratch, "chroot.py"), CHROOT_PLUGIN);
  const others = env("ANSIBLE_CONNECTION_PLUGINS") ?? "";
  return [resolve(scratch), ...(others === "" ? [] : [others])].join(":");
}
