// Every component there is: its type, and where its code lies. The only file of runtime/ that knows the builders.

import type { RemoteCall } from "../lang/functions/host.js";
import type { Kind, Kinds, Registry, RemoteFunction } from "./contract/component.js";
import type { HostCheck } from "./contract/host-check.js";

type Loaders<K extends Kind> = Readonly<Record<string, () => Promise<{ readonly component: Kinds[K] }>>>;

const BUILDERS: Loaders<"builder"> = {
  "amazon-chroot": () => import("../builders/amazon-chroot/component.js"),
  file: () => import("../builders/file/builder.js"),
  null: () => import("../builders/null/builder.js"),
};

const PROVISIONERS: Loaders<"provisioner"> = {
  ansible: () => import("./provisioners/ansible.js"),
  breakpoint: () => import("./provisioners/breakpoint.js"),
  file: () => import("./provisioners/file.js"),
  shell: () => import("./provisioners/shell.js"),
  "shell-local": () => import("./provisioners/shell-local.js"),
  sleep: () => import("./provisioners/sleep.js"),
};

const POST_PROCESSORS: Loaders<"post-processor"> = {
  artifice: () => import("./post-processors/artifice.js"),
  checksum: () => import("./post-processors/checksum.js"),
  compress: () => import("./post-processors/compress.js"),
  manifest: () => import("./post-processors/manifest.js"),
  "shell-local": () => import("./post-processors/shell-local.js"),
};

const DATA_SOURCES: Loaders<"data-source"> = {
  "amazon-ami": () => import("../builders/amazon/data-sources/ami.js"),
  "amazon-parameterstore": () => import("../builders/amazon/data-sources/parameterstore.js"),
  "amazon-secretsmanager": () => import("../builders/amazon/data-sources/secretsmanager.js"),
  http: () => import("./data-sources/http.js"),
  null: () => import("./data-sources/null.js"),
};

const ALL: { readonly [K in Kind]: Loaders<K> } = {
  builder: BUILDERS,
  provisioner: PROVISIONERS,
  "post-processor": POST_PROCESSORS,
  "data-source": DATA_SOURCES,
};

const WINDOWS = "it needs a Windows machine and WinRM, which pkrts does not do";
const HCP = "it talks to the HCP Packer registry, which pkrts does not do";

/** What Packer has, built in or as a common plugin, and pkrts does not: a clear word instead of "unknown type". */
const UNSUPPORTED: { readonly [K in Kind]: Readonly<Record<string, string>> } = {
  builder: {},
  provisioner: {
    "ansible-local": "the ansible provisioner plays the same playbooks, from this machine",
    powershell: WINDOWS,
    "windows-shell": WINDOWS,
    "windows-restart": WINDOWS,
    "hcp-sbom": HCP,
  },
  "post-processor": { provenance: "it signs with services that pkrts does not talk to" },
  "data-source": { "hcp-packer-artifact": HCP, "hcp-packer-version": HCP },
};

/** What asks, behind the functions of the language. */
const REMOTE: { readonly [N in RemoteCall["name"]]: () => Promise<RemoteFunction> } = {
  vault: async () => (await import("./services/vault.js")).readVault,
  consul_key: async () => (await import("./services/consul.js")).readConsulKey,
  aws_secretsmanager: async () => (await import("../builders/amazon/secret-functions.js")).readSecretValue,
  aws_secretsmanager_raw: async () => (await import("../builders/amazon/secret-functions.js")).readSecretText,
};

/** The components of this program; each is loaded when a template first uses it. */
export const builtins: Registry = {
  async load<K extends Kind>(kind: K, type: string): Promise<Kinds[K] | undefined> {
    const loaders = ALL[kind];
    if (!Object.hasOwn(loaders, type)) return undefined;
    return (await loaders[type]?.())?.component;
  },
  types: (kind) => Object.keys(ALL[kind]).sort(),
  unsupported: (kind, type) => (Object.hasOwn(UNSUPPORTED[kind], type) ? UNSUPPORTED[kind][type] : undefined),
  remoteFunction: (name) => REMOTE[name](),
};

/** The embedded EC2 behind `-local` and `pkrts ec2`. */
export const localEc2 = () => import("../builders/amazon-chroot/local-ec2/index.js");

/** What this host can do for builds: `pkrts doctor`. */
export const hostChecks = async (env: Readonly<Record<string, string | undefined>>): Promise<readonly HostCheck[]> =>
  (await import("../builders/amazon-chroot/doctor.js")).examineHost(env);
