"""What a table was measured on, in words."""

import os
import platform
import sys
import time
from pathlib import Path


def describe(work: Path) -> list[str]:
    """Lines: processor, memory, system, file system below `work`, Python, load, date."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return [
        f"Processor: {_processor()}, {_cores()} cores",
        f"Memory: {memory:.0f} GB",
        f"System: {_system()}; file system of the sites: {_file_system(work)}",
        f"Python: {platform.python_version()} ({sys.implementation.name})",
        f"Load average before the run: {os.getloadavg()[0]:.2f}",
        f"Date: {time.strftime('%Y-%m-%d')}",
    ]


def _cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    for line in _lines("/etc/os-release"):
        key, _, value = line.partition("=")
        if key == "PRETTY_NAME":
            name = value.strip('"')
            return f"{name}, {platform.system()} {platform.release()}"
    return f"{platform.system()} {platform.release()}"


def _file_system(folder: Path) -> str:
    """The type of the deepest mount that holds the folder."""
    best, kind = "", "unknown"
    for line in _lines("/proc/mounts"):
        _, mount, found, *_ = line.split()
        if folder.resolve().is_relative_to(mount) and len(mount) >= len(best):
            best, kind = mount, found
    return kind


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
