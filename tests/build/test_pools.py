"""Processes that get ready early, and end with the one that started them."""

import subprocess
import sys
import textwrap

import pytest

LINUX = sys.platform == "linux"


def begun(program: str) -> "subprocess.Popen[str]":
    """A process that has but one thread; its workers write to the same pipe as it does."""
    head = "import os, sys, time\nfrom sitegen.build import pools\n"
    head += "from sitegen.build.executor import Workers\n"
    body = textwrap.indent(textwrap.dedent(program), "    ")
    # Where there are no copies, a process begins with the program itself.
    command = [sys.executable, "-c", f"{head}if __name__ == '__main__':\n{body}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(not LINUX, reason="there are no copies")
def test_workers_are_copies_where_they_start_early() -> None:
    """What this process has imported they need not import again; after a build others take over."""
    process = begun(
        """
        workers = Workers(2)
        workers.start()
        first = workers.executor.submit(os.getpid).result()
        print(workers.executor.submit(os.getppid).result() == os.getpid())
        workers.rest()
        print(workers.executor.submit(os.getpid).result() != first)
        workers.close()
        """
    )
    said, _ = process.communicate(timeout=60)
    assert said == "True\nTrue\n"
    assert process.returncode == 0


@pytest.mark.parametrize("copies", [True, False])
def test_workers_end_with_the_process_that_started_them(copies: bool) -> None:
    """One that is killed leaves none behind, which would hold the folder and the memory."""
    process = begun(
        f"""
        pools.can_copy = lambda: {copies and LINUX}
        workers = Workers(2)
        workers.start()
        both = [workers.executor.submit(os.getpid) for _ in range(2)]
        print(*[one.result() for one in both], flush=True)
        workers.executor.submit(time.sleep, 3600)
        workers.executor.submit(time.sleep, 3600).result()
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.kill()
    # The pipe ends when the last of those who may write to it has ended.
    process.communicate(timeout=60)
