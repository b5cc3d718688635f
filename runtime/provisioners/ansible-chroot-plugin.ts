/**
 * A connection plugin for Ansible: commands by chroot(8), files through a cat inside the chroot, so that no link in the image
 * leads a copy out of it. `ansible_host` is the folder.
 */
export const CHROOT_PLUGIN = `from __future__ import annotations

DOCUMENTATION = """
name: chroot
short_description: Runs tasks in a folder that is a file system of its own
description: For images that are mounted on the host. Needs root.
author: pkrts
options:
  remote_addr:
    description: The folder.
    vars:
      - name: inventory_hostname
      - name: ansible_host
"""

import os
import subprocess

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible.plugins.connection import ConnectionBase

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}
PASSED_ON = ("TERM", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class Connection(ConnectionBase):
    transport = "chroot"
    has_pipelining = True

    def _connect(self):
        self.folder = self.get_option("remote_addr")
        if not os.path.isdir(self.folder):
            raise AnsibleConnectionFailure("%s is not a folder" % self.folder)
        self._connected = True
        return self

    def _start(self, argv, **streams):
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        argv = [to_bytes(word) for word in ["chroot", self.folder] + argv]
        try:
            return subprocess.Popen(argv, env={**ENVIRONMENT, **passed}, **streams)
        except OSError as error:
            raise AnsibleConnectionFailure("chroot can't be run: %s" % to_native(error))

    def exec_command(self, cmd, in_data=None, sudoable=False):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        pipe = subprocess.PIPE
        child = self._start(["/bin/sh", "-c", cmd], stdin=pipe, stdout=pipe, stderr=pipe)
        stdout, stderr = child.communicate(in_data)
        return child.returncode, stdout, stderr

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        with open(to_bytes(in_path), "rb") as source:
            self._copy(out_path, 'cat > "$1"', stdin=source)

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        with open(to_bytes(out_path), "wb") as target:
            self._copy(in_path, 'cat < "$1"', stdout=target)

    def _copy(self, path, script, **streams):
        streams.setdefault("stdin", subprocess.DEVNULL)
        child = self._start(["/bin/sh", "-c", script, "sh", path], stderr=subprocess.PIPE, **streams)
        _, stderr = child.communicate()
        if child.returncode != 0:
            raise AnsibleError("%s can't be copied: %s" % (path, to_native(stderr).strip()))

    def close(self):
        self._connected = False
`;
