/** What an escaping gate knows of the machine that it wants out to. */
export interface Prey {
  readonly credential: string;
  readonly workerPid: number;
  readonly otherWorkspace: string;
  readonly artifacts: string;
  /** Of a server of this machine. */
  readonly port: number;
  readonly marker: string;
  /** More of it than its limits let it have. */
  readonly memory: number;
  readonly processes: number;
  readonly fileSize: number;
}

export const ATTEMPTS = [
  ...['credential', 'environment', 'workspace', 'artifacts', 'this machine', 'beyond'],
  ...['processes', 'memory', 'disk'],
] as const;

/** A gate that tries to get out in every way, prints which of them led out, and passes only where none did. What it leaves behind is for others to find. */
export function escapingGate(prey: Prey): string {
  return `import json, os, socket, subprocess, sys, time
prey = json.loads(${JSON.stringify(JSON.stringify(prey))})
CHILD_EATS = "b = bytearray(int(__import__('sys').argv[1])); b[::4096] = b'x' * len(b[::4096]); print('full')"

def leave_behind():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 100)
            os.execvp("sleep", ["sleep", prey["marker"]])
        os._exit(0)
    os.wait()

def read(path):
    with open(path, "rb") as file:
        return file.read()

def environment():
    for pid in [str(prey["workerPid"]), *filter(str.isdigit, os.listdir("/proc"))]:
        try:
            if prey["marker"].encode() in read("/proc/%s/environ" % pid):
                return
        except OSError:
            pass
    raise OSError("nobody's")

def beyond():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # a route is enough, nothing is sent

def processes():
    children = []
    try:
        for _ in range(prey["processes"]):
            children.append(subprocess.Popen(["sleep", "60"]))
    finally:
        for child in children:
            child.kill()
        for child in children:
            child.wait()

def memory():
    eater = subprocess.run([sys.executable, "-c", CHILD_EATS, str(prey["memory"])], capture_output=True)
    if b"full" not in eater.stdout:
        raise MemoryError("ended with %d" % eater.returncode)

def disk():
    try:
        with open("big", "wb") as file:
            for _ in range(prey["fileSize"] >> 20):
                file.write(b"x" * (1 << 20))
    finally:
        os.remove("big")

leave_behind()
attempts = {
    "credential": lambda: read(prey["credential"]),
    "environment": environment,
    "workspace": lambda: os.listdir(prey["otherWorkspace"]),
    "artifacts": lambda: os.listdir(prey["artifacts"]),
    "this machine": lambda: socket.create_connection(("127.0.0.1", prey["port"]), timeout=5).close(),
    "beyond": beyond,
    "processes": processes,
    "memory": memory,
    "disk": disk,
}
out = []
for name, attempt in attempts.items():
    try:
        attempt()
        out.append(name)
    except (OSError, MemoryError, subprocess.SubprocessError) as error:
        print("%s: %s" % (name, error))
print(json.dumps(out))
sys.exit(1 if out else 0)
`;
}
