"""A process that has imported everything and forks a child for each task: faults cost no start.

Tasks run in children of their own because each may be killed, run out of disk or lose its
rights. Only children open an index, so that no thread is lost in a fork.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from pathlib import Path

KILLED = 9  # The exit status of a child that was killed on purpose.


class Forks:
    """The parent's side: `run("task", …)` returns the child's exit status and what it returned."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def run(self, task, *arguments):
        self._process.stdin.write(json.dumps([task, *map(str, arguments)]) + "\n")
        self._process.stdin.flush()
        status, result = json.loads(self._process.stdout.readline())
        return status, result

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(60)


def build(out, edition="", sentences="12"):
    """Build an index; return the error's text, or None."""
    from small import SmallEncoder, corpus  # noqa: PLC0415

    from retrieval.errors import StoreError  # noqa: PLC0415
    from retrieval.index.build import build_store  # noqa: PLC0415

    articles = corpus(edition=edition, sentences=int(sentences))
    try:
        build_store(articles, Path(out), encoder=SmallEncoder())
    except StoreError as error:
        return str(error)
    return None


def is_counted(event, arguments):
    """Tell the events of a build that write, rename or remove something."""
    if event == "open":
        _, mode, flags = arguments
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or "w" in (mode or "")
    return event.startswith(("os.", "shutil.", "fcntl.", "sqlite3."))


def count_events(out, edition):
    """Build with every event of `is_counted` numbered; return how many there were."""
    seen = []

    def count(event, arguments):
        if is_counted(event, arguments):
            seen.append(event)

    sys.addaudithook(count)
    assert build(out, edition) is None
    return len(seen)


def build_and_die_at(out, edition, number):
    """Build, and be killed just before the numbered event."""
    left = [int(number)]

    def die(event, arguments):
        if is_counted(event, arguments):
            left[0] -= 1
            if left[0] == 0:
                os._exit(KILLED)

    sys.addaudithook(die)
    return build(out, edition)


def build_and_die_at_size(out, edition, size):
    """Build, and be killed by the system within the write that takes a file over a size."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    return build(out, edition)


def build_with_small_files(out, edition, size):
    """Build where no file may grow over a size: writes fail as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    return build(out, edition)


def without_rights(task, *arguments):
    """Run another task as nobody, who may write nowhere."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    return globals()[task](*arguments)


def read(out):
    """Open an index, ask it by word and by vector, check every byte; return its edition."""
    from small import vector  # noqa: PLC0415

    from retrieval.errors import StoreError  # noqa: PLC0415
    from retrieval.index.store import open_store, verify  # noqa: PLC0415

    try:
        with open_store(Path(out)) as store:
            assert verify(store) == []
            assert len(store.lexical(["phras"], 3).numbers) == 3
            assert len(store.dense(vector("question")[None, :], 3)[0].numbers) == 3
            return store.article("0.txt").text.split()[3]
    except StoreError as error:
        return str(error)


def serve():
    # What the tasks import, before any fork.
    import small  # noqa: F401, PLC0415

    import retrieval.index.build  # noqa: F401, PLC0415

    for line in sys.stdin:
        task, *arguments = json.loads(line)
        readable, writable = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(readable)
                result = globals()[task](*arguments)
                os.write(writable, json.dumps(result).encode())
                status = 0
            except BaseException:  # noqa: BLE001 - shown, and told by the status
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(writable)
        with os.fdopen(readable, "rb") as pipe:
            result = pipe.read()
        _, status = os.waitpid(child, 0)
        answer = os.waitstatus_to_exitcode(status), json.loads(result or b"null")
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
