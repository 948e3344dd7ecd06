#!/bin/sh
# Installs agent-ctl from the unpacked archive that this script stands in, for systems without a package of theirs.
set -eu
umask 022

usage() {
  cat <<'USAGE'
usage: install.sh [--prefix DIR] [--dry-run] [--uninstall]

  --prefix DIR   where to: DIR/lib/agent-ctl, with links in DIR/bin; /usr/local without it
  --dry-run      only say what would be done
  --uninstall    remove what was installed there; settings and registrations stay

As root it makes user cmk-agent and its home, and where systemd runs the service as well. Others get the files alone.
USAGE
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

prefix=/usr/local
dry_run=
uninstall=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix)
      [ $# -gt 1 ] || fail '--prefix needs a directory' 2
      prefix=$2
      shift
      ;;
    --prefix=*) prefix=${1#*=} ;;
    --dry-run) dry_run=yes ;;
    --uninstall) uninstall=yes ;;
    -h | --help)
      usage
      exit
      ;;
    *)
      usage >&2
      fail "there is no option $1" 2
      ;;
  esac
  shift
done
prefix=${prefix%/}
case $prefix in
  /*) ;;
  *) fail "--prefix: '$prefix' does not begin with /, or is /" 2 ;;
esac
case $prefix in
  *[!A-Za-z0-9/._+-]*) fail "--prefix: '$prefix' has characters that units and scripts would trip over" 2 ;;
esac

here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
# shellcheck source=installer/src/main/dist/setup/steps
. "$here/setup/steps"

home=$prefix/lib/agent-ctl
units=/etc/systemd/system
drop_ins='check-mk-agent.socket.d check-mk-agent@.service.d'
is_root=
[ "$(id -u)" != 0 ] || is_root=yes

# Says what is done, and does it unless it is only to be said.
act() {
  printf '%s\n' "$1"
  shift
  [ -n "$dry_run" ] || "$@"
}

# Prints what is installed below share/, manual pages and completions: folders (d) or files (f), those within others first.
list_share() {
  [ ! -d "$home/setup/share" ] || (cd "$home/setup/share" && find . ! -name . -type "$1" | sed 's,^\./,,' | LC_ALL=C sort -r)
}

remove_links() {
  for file in $(list_share f); do
    rm -f "$prefix/share/$file"
  done
}

copy_files() {
  mkdir -p "$prefix/lib" "$prefix/bin"
  rm -rf "$home.new"
  mkdir "$home.new"
  cp -R "$here/." "$home.new/"
  # Made for the place where they are.
  rm -rf "$home.new/class-archive"
  [ -z "$is_root" ] || chown -R 0:0 "$home.new"
  # From here on the old version is away for a moment.
  remove_links
  rm -rf "$home"
  mv "$home.new" "$home"
  ln -sfn ../lib/agent-ctl/bin/agent-ctl "$prefix/bin/agent-ctl"
  # All of it is two folders deep.
  for file in $(list_share f); do
    mkdir -p "$prefix/share/${file%/*}"
    ln -sfn "../../../lib/agent-ctl/setup/share/$file" "$prefix/share/$file"
  done
}

# For systems that have neither systemd nor useradd.
make_any_user() {
  if [ -n "$(user_entry)" ] || has systemd-sysusers || has useradd; then
    make_user "$here/setup/sysusers.conf"
  elif has pw; then
    pw useradd "$agent_user" -d "$agent_home" -s /usr/sbin/nologin -c "$agent_name"
  elif has adduser && has addgroup; then
    # BusyBox.
    addgroup -S "$agent_user"
    adduser -S -D -H -h "$agent_home" -s /sbin/nologin -g "$agent_name" -G "$agent_user" "$agent_user"
  else
    make_user "$here/setup/sysusers.conf"
  fi
}

copy_units() {
  sed "s,/usr/bin/agent-ctl,$prefix/bin/agent-ctl," "$here/setup/systemd/agent-ctl.service" >"$units/agent-ctl.service"
  for drop_in in $drop_ins; do
    mkdir -p "$units/$drop_in"
    cp "$here/setup/systemd/$drop_in/agent-ctl.conf" "$units/$drop_in/"
  done
  agent_answers || apply_socket
  systemctl daemon-reload
}

start_service() {
  systemctl --quiet enable "$unit"
  systemctl restart "$unit"
  watch_start
}

remove_units() {
  systemctl --quiet disable --now "$unit" || :
  rm -f "$units/agent-ctl.service"
  for drop_in in $drop_ins; do
    rm -f "$units/$drop_in/agent-ctl.conf"
    rmdir "$units/$drop_in" 2>/dev/null || :
  done
  apply_socket
  agent_answers || rm -f /run/check-mk-agent.socket
}

remove_files() {
  remove_links
  folders=$(list_share d)
  rm -f "$prefix/bin/agent-ctl"
  [ "$(readlink "$prefix/bin/cmk-agent-ctl" 2>/dev/null)" != agent-ctl ] || rm -f "$prefix/bin/cmk-agent-ctl"
  rm -rf "$home"
  for folder in $folders; do
    # share/man itself was there before.
    [ "$folder" = man ] || rmdir "$prefix/share/$folder" 2>/dev/null || :
  done
}

if [ -n "$uninstall" ]; then
  [ -d "$home" ] || fail "there is no $home"
  if [ -n "$is_root" ] && has_systemd; then
    act "stop $unit, remove it and the drop-ins of the agent's socket from $units" remove_units
  fi
  act "remove $home and the links to it in $prefix" remove_files
  if [ -d "$agent_home" ]; then
    printf '%s stays, with settings and registrations; delete it if no other controller is to use it\n' "$agent_home"
  fi
  exit
fi

[ -r "$here/lib/version" ] || fail "$here is not an unpacked archive"
[ "$here" != "$home" ] || fail "$here is what is installed already"
[ ! -e /usr/lib/agent-ctl/lib/version ] || fail 'the package agent-ctl is installed: remove it first'
# Before anything is changed.
"$here/bin/agent-ctl" --help >/dev/null || fail 'agent-ctl does not run here'

act "copy agent-ctl to $home, with links in $prefix/bin and $prefix/share" copy_files
if [ ! -e "$vendor_command" ]; then
  act "make $prefix/bin/cmk-agent-ctl a link to agent-ctl" ln -sfn agent-ctl "$prefix/bin/cmk-agent-ctl"
fi
if [ -x "$here/bin/agent-ctl-class-archive" ]; then
  act "make class archives in $home/class-archive" make_class_archives "$home/bin/agent-ctl-class-archive"
fi
if [ -z "$is_root" ]; then
  printf 'not root: there is no user %s and no service made\n' "$agent_user"
  exit
fi
act "make user $agent_user and its home $agent_home, unless they are there" make_any_user
act "copy the settings to $agent_home/cmk-agent-ctl.toml, unless they are there" make_home
if [ -z "$dry_run" ] && [ -d "$agent_home" ] && [ ! -e "$agent_home/cmk-agent-ctl.toml" ]; then
  cp "$here/setup/cmk-agent-ctl.toml" "$agent_home/"
fi
if ! has_systemd; then
  tell_how_to_start "$prefix/bin/agent-ctl"
  say "files for OpenRC, FreeBSD's rc.d, launchd, containers and hosts without any of them: $home/init"
elif vendor_serves; then
  act "copy $unit and drop-ins of the agent's socket to $units" copy_units
  tell_of_vendor
else
  act "copy $unit and drop-ins of the agent's socket to $units" copy_units
  act "enable and start $unit" start_service
fi
