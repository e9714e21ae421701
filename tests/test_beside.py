"""A copy of the process works beside it, and nothing but its result comes back."""

import subprocess
import sys
import textwrap
import threading

import pytest

from sitegen.beside import Beside


def told(program: str) -> str:
    """What a process says that has but one thread."""
    head = "import os\nfrom unittest import mock\nfrom sitegen import beside\n"
    head += "beside._cores = lambda: 2\n"
    command = [sys.executable, "-c", head + textwrap.dedent(program)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="there are no copies")
def test_a_copy_works() -> None:
    """What it gives is its own work, once, and it is gone afterwards."""
    assert (
        told(
            """
        here = os.getpid()
        work = beside.Beside(lambda: b"%d" % os.getpid())
        print(int(work.result()) != here)
        try:
            os.wait()
        except ChildProcessError:
            print("nobody is left")
        """
        )
        == "True\nnobody is left\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="there are no copies")
def test_a_copy_that_fails() -> None:
    """Its work is done here, where it fails for all to see; what it says goes nowhere."""
    assert (
        told(
            """
        here = os.getpid()
        def work():
            if os.getpid() != here:
                raise KeyboardInterrupt
            return b"done here"
        print(beside.Beside(work).result())
        killed = beside.Beside(lambda: os.getpid() == here and b"here" or os.kill(os.getpid(), 9))
        print(killed.result())
        """
        )
        == "b'done here'\nb'here'\n"
    )


def test_beside_other_threads_there_is_no_copy() -> None:
    """Then the work is done where it is asked for."""
    done: list[int] = []

    def work() -> bytes:
        done.append(1)
        return b"done"

    until = threading.Event()
    thread = threading.Thread(target=until.wait)
    thread.start()
    try:
        made = Beside(work)
        assert not done
        assert made.result() == b"done"
        assert done
        assert not made.close()
    finally:
        until.set()
        thread.join()
