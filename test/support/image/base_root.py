"""Writes a tar of this machine's own Debian packages, with Node and npm beside them: the root of a base image that nobody has to pull.

Arguments: the tar, the Node program, npm's folder. Prints the version of the Python in it.
"""

import io
import os
import subprocess
import sys
import tarfile

WANTED = """
base-files base-passwd bash bubblewrap ca-certificates coreutils dash debianutils findutils git grep gzip hostname libc-bin libstdc++6 login mount passwd
python3 python3-venv sed tar util-linux
""".split()
# Wanted by maintainer scripts and by programs of git that nobody here calls.
LEFT_OUT = ("perl", "libperl", "git-man", "debconf", "dpkg", "liberror-perl")
MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
TEXTS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}


def packages():
    """The wanted ones and what they depend on, as far as it is installed."""
    query = ["dpkg-query", "-W", "-f", "${Package}\t${db:Status-Status}\t${Pre-Depends}, ${Depends}\n"]
    rows = [line.split("\t") for line in subprocess.check_output(query, text=True).splitlines()]
    needs = {name: wants for name, status, wants in rows if status == "installed"}
    found, ahead = [], list(WANTED)
    while ahead:
        name = ahead.pop()
        if name in found or name not in needs or name.startswith(LEFT_OUT):
            continue
        found.append(name)
        alternatives = needs[name].replace("|", ",").split(",")
        ahead += [one.split("(")[0].strip().split(":")[0] for one in alternatives if one.strip()]
    missing = [name for name in WANTED if name not in found]
    if missing:
        sys.exit("not installed here: " + " ".join(missing))
    return found


def is_wanted(path):
    return not path.startswith(("/usr/share/doc", "/usr/share/man", "/usr/share/locale", "/usr/share/i18n", "/usr/share/zoneinfo"))


def place(path):
    """Where a path really is: on a system with one /usr, /bin/sh is in /usr/bin."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)).lstrip("/")


listed = subprocess.check_output(["dpkg-query", "-L", *packages()], text=True).splitlines()
files = {place(path): path for path in listed if path.startswith("/") and is_wanted(path) and os.path.lexists(path)}
for folder in ("/etc/ssl/certs", sys.argv[3]):
    for parent, folders, names in os.walk(folder):
        files.update((place(os.path.join(parent, name)), os.path.join(parent, name)) for name in names)


def bare(info):
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


def entry(name, kind=tarfile.REGTYPE, mode=0o755, **further):
    info = tarfile.TarInfo(name)
    info.type, info.mode = kind, mode
    for key, value in further.items():
        setattr(info, key, value)
    return info


folders = {"proc": 0o755, "sys": 0o755, "dev": 0o755, "root": 0o700, "tmp": 0o1777, "var/tmp": 0o1777}
links = {name: os.readlink("/" + name) for name in MERGED if os.path.islink("/" + name)}
links["usr/local/bin/npm"] = "/" + place(sys.argv[3]) + "/bin/npm-cli.js"
for name in ["", "usr/local/bin/node", *folders, *links, *TEXTS]:
    files.pop(name, None)

with tarfile.open(sys.argv[1], "w", format=tarfile.GNU_FORMAT) as tar:
    for name, mode in folders.items():
        tar.addfile(entry(name, tarfile.DIRTYPE, mode))
    for name, target in sorted(links.items()):
        tar.addfile(entry(name, tarfile.SYMTYPE, 0o777, linkname=target))
    for target, path in sorted(files.items()):
        tar.add(path, target, recursive=False, filter=bare)
    for name, text in TEXTS.items():
        tar.addfile(entry(name, mode=0o644, size=len(text)), io.BytesIO(text.encode()))
    tar.add(os.path.realpath(sys.argv[2]), "usr/local/bin/node", filter=bare)

version = ["/usr/bin/python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
print(subprocess.check_output(version, text=True).strip())
