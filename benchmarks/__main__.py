"""Runs every benchmark, or those named, prints the figures and writes them as JSON."""

import argparse
import importlib
from pathlib import Path

from benchmarks import figures

SUBJECTS = (
    "edge_functions",
    "other_versions",
    "instructions",
    "cold_start",
    "bundle_sizes",
    "stack_build",
    "edge_rate",
    "local_edge",
)


def main() -> None:
    """`python -m benchmarks [--json F] [SUBJECT ...]`."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("subjects", nargs="*", help=f"of {', '.join(SUBJECTS)}; all by default")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    told = parser.parse_args()
    measured: list[figures.Figure] = []
    for subject in told.subjects or SUBJECTS:
        for figure in importlib.import_module(f"benchmarks.{subject}").measure():
            print(figures.row(figure), flush=True)
            measured.append(figure)
    figures.write(measured, told.json)
    print(f"{len(measured)} figures in {told.json}")


if __name__ == "__main__":
    main()
