#!/usr/bin/env bash
# Installs what the tests need of the system, where that can be done without asking: as root, or by
# a sudo that asks for no password, with Debian's or Ubuntu's packages. Elsewhere it says what is
# missing, and the tests that need it are left out. `make test` and `.ci/run` call it.
set -euo pipefail

packages=()
need() { # COMMAND PACKAGE...: the packages are wanted where the command is missing
    command -v "$1" >/dev/null || packages+=("${@:2}")
}
need git git
need chromium chromium fonts-dejavu-core
need bwrap bubblewrap
need pg_ctlcluster postgresql
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
[ ${#packages[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    echo "Missing on this system: ${packages[*]}. The tests that need them are left out." \
        "On Debian and Ubuntu: sudo apt install ${packages[*]}"
    exit 0
fi
echo "Installing ${packages[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq)
"${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${packages[@]}" ||
    echo "${packages[*]} could not be installed. The tests that need them are left out."
