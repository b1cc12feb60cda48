"""First process of a command's namespaces: builds the file system that it is to see, then runs it there.

Takes one argument, a JSON object (see view.ts): {root?, mounts: [{at, from?, write?}], links: {at: target}, loopback?, cwd, command, relay?: {socket, port}}.
It runs as root of its namespaces; the command itself gets no capability at all. Without a root bubblewrap has made the view, and
this is the first process in it all the same. Only the standard library.
"""

import ctypes
import fcntl
import json
import os
import signal
import socket
import struct
import sys
import threading

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC = 1, 2, 4, 32, 4096, 16384
KEPT_FLAGS = 2 | 4 | 8 | 1024 | 2048  # nosuid, nodev, noexec, noatime, nodiratime: a namespace may not clear them
MNT_DETACH = 2
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))


def mount(source, target, kind=None, flags=0, data=None):
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    check(libc.mount(*encoded, ctypes.c_ulong(flags), None if data is None else data.encode()), "mount " + target)


def make_place(target, like):
    if os.path.isdir(like):
        os.makedirs(target, exist_ok=True)
    elif not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "w").close()


def mount_points():
    with open("/proc/self/mountinfo", "rb") as lines:
        points = [line.split()[4] for line in lines]
    return [point.decode("unicode_escape").encode("latin-1").decode(errors="surrogateescape") for point in points]


def bind(source, target):
    make_place(target, source)
    mount(source, target, flags=MS_BIND | MS_REC)


def protect(root, entries):
    """Takes the right to write from all mounts but those of writable entries; what came along inside one is as that one is."""
    for point in mount_points():
        above = [entry for entry in entries if point == root + entry["at"] or point.startswith(root + entry["at"] + "/")]
        if above and not max(above, key=lambda entry: len(entry["at"])).get("write"):
            kept = os.statvfs(point).f_flag & KEPT_FLAGS
            mount(None, point, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | kept)


def devices(root):
    os.makedirs(root + "/dev")
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        if os.path.exists("/dev/" + name):
            bind("/dev/" + name, root + "/dev/" + name)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2"), ("ptmx", "pts/ptmx")):
        os.symlink(target, root + "/dev/" + name)
    os.mkdir(root + "/dev/pts")
    mount("devpts", root + "/dev/pts", "devpts", MS_NOSUID, "newinstance,ptmxmode=0666,mode=620")
    os.mkdir(root + "/dev/shm")
    mount("tmpfs", root + "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")


def build_view(spec):
    root = spec["root"]
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64m")
    for at, target in spec["links"].items():
        os.makedirs(os.path.dirname(root + at), exist_ok=True)
        os.symlink(target, root + at)
    for entry in spec["mounts"]:  # parents come before what lies below them
        if "from" in entry:
            bind(entry["from"], root + entry["at"])
        else:
            mount("tmpfs", root + entry["at"], "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")
    protect(root, spec["mounts"])
    devices(root)
    os.makedirs(root + "/proc", exist_ok=True)
    mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV)
    os.mkdir(root + "/.before")
    check(libc.syscall(PIVOT_ROOT[os.uname().machine], os.fsencode(root), os.fsencode(root + "/.before")), "pivot_root")
    os.chdir("/")
    check(libc.umount2(b"/.before", MNT_DETACH), "umount")
    os.rmdir("/.before")
    mount(None, "/", flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)


def raise_loopback():
    up_and_running = 0x41
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        fcntl.ioctl(probe, 0x8914, struct.pack("16sh14x", b"lo", up_and_running))  # SIOCSIFFLAGS


def pump(source, target):
    while chunk := os.read(source, 65536):
        while chunk:
            chunk = chunk[os.write(target, chunk) :]


def pipe_through(stream):
    """What we were given is a socket, which a command can't open again as /dev/stderr; a pipe it can."""
    reader, writer = os.pipe()
    thread = threading.Thread(target=pump, args=(reader, stream), daemon=True)
    return writer, thread


def answer(socket_to_us, port):
    try:
        server = socket.create_connection(("127.0.0.1", port))
    except OSError:
        socket_to_us.close()  # it does not listen yet, or no more
        return
    for source, target in ((socket_to_us, server), (server, socket_to_us)):
        threading.Thread(target=pass_on, args=(source, target), daemon=True).start()


def pass_on(source, target):
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # either end is gone, and so is the other's use


def relay(listener, port):
    while True:
        answer(listener.accept()[0], port)


def listen(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(16)
    return listener


def run_command(spec):
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # those the kernel does not know are refused
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    os.chdir(spec["cwd"])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execvp(spec["command"][0], spec["command"])


def main():
    spec = json.loads(sys.argv[1])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # the group is told as a whole; with us everything would end at once
    if "root" in spec:
        build_view(spec)
    if spec.get("loopback"):
        raise_loopback()
    listener = listen(spec["relay"]["socket"]) if "relay" in spec else None
    (out, out_pump), (err, err_pump) = pipe_through(1), pipe_through(2)
    child = os.fork()
    if child == 0:
        try:
            os.dup2(out, 1)
            os.dup2(err, 2)
            run_command(spec)
        except OSError as error:
            print("slipway: %s" % error, file=sys.stderr)
            os._exit(127)
    os.close(out)
    os.close(err)
    for thread in (out_pump, err_pump):
        thread.start()  # after the fork, which threads do not survive
    if listener:
        threading.Thread(target=relay, args=(listener, spec["relay"]["port"]), daemon=True).start()
    pid = 0
    while pid != child:
        pid, status = os.wait()
    try:
        os.kill(-1, signal.SIGKILL)  # whatever is left, so that the pipes end
    except ProcessLookupError:
        pass
    for thread in (out_pump, err_pump):
        thread.join()
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


main()
