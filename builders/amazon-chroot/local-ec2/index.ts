import { link, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { type Answer, TRANSITIONS } from "./action.js";
import { ACTIONS } from "./actions.js";
import { checkState } from "./check-state.js";
import { endingOf } from "./connections.js";
import { placeDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { hostArchitecture, type Image, newId, type Snapshot, type State, type Volume } from "./model.js";
import { processIdentity } from "./process-identity.js";
import type { Query } from "./query.js";
import { recoverState } from "./recover.js";
import { ec2Server, type ServerOptions } from "./server.js";
import { type Effects, StateStore } from "./state.js";
import { bringIn, type DiskFormat, incomingFile, takeOut } from "./transfer.js";

export { defaultStateDir } from "./state.js";

export type LocalEc2Options = Omit<ServerOptions, "store" | "owner" | "region"> & {
  readonly stateDir: string;
  readonly region?: string | undefined;
};

export interface ImportOptions {
  readonly name: string;
  readonly rootDeviceName?: string | undefined;
  readonly architecture?: string | undefined;
  readonly virtualizationType?: string | undefined;
}

/** Opens (and repairs) the embedded EC2 kept in `stateDir`. */
export async function openLocalEc2(options: LocalEc2Options): Promise<LocalEc2> {
  const store = StateStore.open(options.stateDir);
  const repaired = await recoverState(store);
  const owner = processIdentity(process.pid) ?? String(process.pid);
  return new LocalEc2({ ...options, region: options.region ?? "us-east-1", store, owner }, repaired);
}

export class LocalEc2 {
  readonly #options: ServerOptions;
  /** What had to be released or removed when it was opened, a line each. */
  readonly repaired: readonly string[];

  constructor(options: ServerOptions, repaired: readonly string[]) {
    this.#options = options;
    this.repaired = repaired;
  }

  /** The actions that `delays` may name. */
  readonly transitions = TRANSITIONS;

  /** Serves EC2, STS and instance metadata; `close` waits for the calls that it has heard. */
  async listen(
    where: Partial<Pick<ServerOptions, "delays" | "quota" | "faults">> & {
      readonly host?: string;
      readonly port?: number;
    } = {},
  ): Promise<{ readonly url: string; close(): Promise<void> }> {
    const { host = "127.0.0.1", port = 0, ...behaviour } = where;
    const server = ec2Server({ ...this.#options, ...behaviour });
    const end = endingOf(server);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
    const { port: bound } = server.address() as AddressInfo;
    const close = () => end().finally(() => this.#options.store.close());
    return { url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`, close };
  }

  /** Registers a disk (raw, or what qemu-img reads) as an image; returns its id. */
  async importImage(file: string, wanted: ImportOptions): Promise<string> {
    const { store, owner } = this.#options;
    const { disk, gib } = await bringIn(store, owner, file);
    try {
      return await store.update(async (state, effects) => {
        const snapshot = importedSnapshot(wanted.name, this.#options.region, gib);
        effects.undo(() => rm(store.disk(snapshot.id), { force: true }));
        await placeDisk(disk, store.disk(snapshot.id));
        state.snapshots[snapshot.id] = snapshot;
        const answer = await this.#call("RegisterImage", registration(wanted, snapshot.id), state, effects);
        return String(answer["imageId"]);
      });
    } finally {
      await rm(disk, { force: true });
    }
  }

  /** Writes the root disk of image `id` to `file`, holes kept; nothing is there until all of it is. */
  async exportImage(id: string, file: string, format: DiskFormat = "raw"): Promise<void> {
    const { store, owner } = this.#options;
    // A name of our own keeps the disk while it is copied, which may take long, without keeping others out.
    const disk = incomingFile(store, owner);
    await store.update(async (state) => link(store.disk(rootSnapshot(state, id)), disk));
    try {
      await takeOut(disk, file, format);
    } finally {
      await rm(disk, { force: true });
    }
  }

  /** Deletes images with the snapshots that nothing else uses, snapshots, and volumes: all of them or none. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.#options.store.update(async (state, effects) => {
      for (const id of [...new Set(ids)].sort(imagesFirst)) await this.#removeOne(id, state, effects);
    });
  }

  async #removeOne(id: string, state: State, effects: Effects): Promise<void> {
    const [table, action, key] = kindOf(id);
    const region = state[table][id]?.region ?? this.#options.region;
    const owned =
      table === "images" ? (state.images[id]?.devices ?? []).flatMap((each) => each.ebs?.snapshot ?? []) : [];
    await this.#call(action, { [key]: id }, state, effects, region);
    const used = new Set(
      Object.values(state.images).flatMap((image) => image.devices.map((each) => each.ebs?.snapshot)),
    );
    for (const snapshot of new Set(owned.filter((each) => !used.has(each) && Object.hasOwn(state.snapshots, each))))
      await this.#call("DeleteSnapshot", { SnapshotId: snapshot }, state, effects, region);
  }

  /** What is wrong with the state, the disks and the loop devices, a line each. */
  check = (): Promise<readonly string[]> => checkState(this.#options.store);

  /** `disk`: the file of the root device's snapshot. */
  images = async (): Promise<readonly (Image & { readonly disk?: string })[]> =>
    Object.values(this.#options.store.read().images).map((image) => {
      const snapshot = image.devices.find(({ device }) => device === image.rootDevice)?.ebs?.snapshot;
      return snapshot === undefined ? image : { ...image, disk: this.#options.store.disk(snapshot) };
    });
  volumes = async (): Promise<readonly Volume[]> => Object.values(this.#options.store.read().volumes);
  snapshots = async (): Promise<readonly Snapshot[]> => Object.values(this.#options.store.read().snapshots);

  async #call(
    name: string,
    query: Query,
    state: State,
    effects: Effects,
    region = this.#options.region,
  ): Promise<Answer> {
    const action = ACTIONS.get(name);
    if (!action) throw new Ec2Error("InvalidAction", name);
    const { store, owner } = this.#options;
    return action({ ...effects, query, region, state, store, owner, kernelPartitions: true, readyAt: () => 0 });
  }
}

const registration = (wanted: ImportOptions, snapshot: string): Query => {
  const { rootDeviceName = "/dev/xvda", architecture = hostArchitecture(), virtualizationType = "hvm" } = wanted;
  return {
    Name: wanted.name,
    RootDeviceName: rootDeviceName,
    Architecture: architecture,
    VirtualizationType: virtualizationType,
    EnaSupport: "true",
    BlockDeviceMapping: { 1: { DeviceName: rootDeviceName, Ebs: { SnapshotId: snapshot } } },
  };
};

const importedSnapshot = (name: string, region: string, size: number): Snapshot => ({
  id: newId("snap"),
  region,
  volume: "vol-ffffffff",
  size,
  description: `Imported: ${name}`,
  encrypted: false,
  created: new Date().toISOString(),
  readyAt: 0,
  users: [],
  groups: [],
  tags: {},
});

function rootSnapshot({ images }: State, id: string): string {
  const image = Object.hasOwn(images, id) ? images[id] : undefined;
  const root = image?.devices.find(({ device }) => device === image.rootDevice)?.ebs?.snapshot;
  if (root !== undefined) return root;
  throw new Ec2Error("InvalidAMIID.NotFound", `There is no image ${id} in this EC2 (pkrts ec2 images).`);
}

/** An image keeps its snapshots from being deleted. */
const imagesFirst = (a: string, b: string): number =>
  Number(b.startsWith("ami-")) - Number(a.startsWith("ami-")) || a.localeCompare(b);

function kindOf(id: string): readonly ["images" | "snapshots" | "volumes", string, string] {
  if (id.startsWith("ami-")) return ["images", "DeregisterImage", "ImageId"];
  if (id.startsWith("snap-")) return ["snapshots", "DeleteSnapshot", "SnapshotId"];
  return ["volumes", "DeleteVolume", "VolumeId"];
}
