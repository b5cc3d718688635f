source "null" "web" {
  ssh_host             = "192.0.2.10"
  ssh_username         = "admin"
  ssh_agent_auth       = true
  ssh_known_hosts_file = "~/.ssh/known_hosts"
}

build {
  sources = ["source.null.web"]

  provisioner "ansible" {
    playbook_file   = "${path.root}/web.yml"
    groups          = ["web"]
    extra_arguments = ["--extra-vars", "port=8080"]
  }
}
