"""A hostile server: it tries what its arguments say, tells how each went, and then waits for the end of its input."""
import ctypes
import os
import resource
import socket
import sys


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def write(path):
    with open(path, "w") as file:
        file.write("x")


def tcp(place):
    host, port = place.rsplit(":", 1)
    socket.create_connection((host, int(port)), 3).close()


def udp(place):
    host, port = place.rsplit(":", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.settimeout(1)
        way.sendto(b"x", (host, int(port)))
        way.recv(1)


def unix(path):
    socket.socket(socket.AF_UNIX).connect(path)


def abstract(name):
    socket.socket(socket.AF_UNIX).connect("\0" + name)


def signal(pid):
    os.kill(int(pid), 0)


def ptrace(pid):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0x4206, int(pid), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")



def memory(pid):
    open("/proc/%s/mem" % pid, "rb").close()


def environment(pid):
    read("/proc/%s/environ" % pid)


def daemon(mark, environment=None):
    """Two forks, a session of its own, deaf to polite signals."""
    code = "import signal,time\nfor s in (1,2,15): signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(1)"
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for fd in range(3):
                os.close(fd)
            os.execve("/usr/bin/python3", ["python3", "-c", code, mark], dict(os.environ) if environment is None else environment)
        os._exit(0)
    os.wait()


def hermit(mark):
    """The same with an empty environment, so that nothing tells where it came from."""
    daemon(mark, {})


def shedder(mark):
    """And with limits of its own choice, which it then cannot raise again."""
    resource.setrlimit(12, (1000, 1000))  # RLIMIT_MSGQUEUE
    hermit(mark)


def files(count):
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(int(count))]
    for one in held:
        os.close(one)


def allocate(mebibytes):
    try:
        bytearray(int(mebibytes) << 20)
    except MemoryError as refused:
        raise OSError("no memory") from refused


def proxied(place):
    host, port = place.rsplit(":", 1)
    with socket.create_connection(("127.0.0.1", 3128), 5) as way:
        way.sendall(("CONNECT %s:%s HTTP/1.1\r\n\r\n" % (host, port)).encode())
        answer = way.recv(200)
        if b" 200 " not in answer:
            raise OSError(answer.decode("latin-1"))


for what, where in zip(sys.argv[1::2], sys.argv[2::2]):
    try:
        globals()[what](where)
        print(what, "done", flush=True)
    except (OSError, ValueError) as refused:
        print(what, "failed", flush=True)
sys.stdin.read()
