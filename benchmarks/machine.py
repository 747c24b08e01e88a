"""Which machine this is, as far as it matters for speed."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

import numpy as np

_PACKAGES = ("numpy", "torch", "scikit-learn", "jax")


def processor() -> str:
    """The name of the CPU, its family and model where the system tells."""
    told: dict[str, str] = {}
    source = Path("/proc/cpuinfo")
    if source.exists():
        for line in source.read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            told.setdefault(key.strip(), value.strip())
    name = told.get("model name") or platform.processor() or platform.machine()
    if "cpu family" in told:
        name += f" (family {told['cpu family']}, model {told.get('model', '?')})"
    return name


def is_amd() -> bool:
    """Whether PyTorch's MKL is held back here."""
    return "AMD" in processor()


def versions() -> dict[str, str]:
    """Those of the peers that are installed."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def blas() -> str:
    """The library that NumPy multiplies with, and the kernel that it chose for this CPU."""
    np.ones((2, 2)) @ np.ones((2, 2))
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        told = np.show_config("dicts")["Build Dependencies"]["blas"]
        return f"{told['name']} {told['version']}, kernel unknown without threadpoolctl"
    return "; ".join(
        f"{pool['internal_api']} {pool['version']}, kernel {pool.get('architecture', '?')}, "
        f"threads {pool['num_threads']}"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    )


def load() -> str:
    """How busy the machine was with other things: CPU time suffers too when caches are shared."""
    if not hasattr(os, "getloadavg"):
        return f"{os.cpu_count()} cores"
    return f"load average {os.getloadavg()[0]:.1f} at the start, on {os.cpu_count()} cores"


def describe(kernel: str) -> str:
    """A paragraph for the head of the results."""
    packages = ", ".join(f"{name} {version}" for name, version in versions().items())
    lines = [
        f"- CPU: {processor()}; {platform.system()}, {platform.machine()}",
        f"- Python {platform.python_version()}, {packages}",
        f"- NumPy's BLAS: {kernel}",
    ]
    return "\n".join(lines)
