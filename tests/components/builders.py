"""Every component once, or once per shape worth its own: what `test_every_component` holds all of them to.

A builder takes the component's name, with a default, builds it inside a running program and returns it.
Whatever must be unique in an account (bucket names, record names) it derives from that name. To add a
component: write its builder below, with `@builder` above it; nothing else is needed.
"""

from collections.abc import Callable

import pulumi

Builder = Callable[..., pulumi.ComponentResource]
"""`build()` and `build(name="other")` both build the component."""

BUILDERS: dict[str, Builder] = {}
"""By the id that a failing test shows."""


def builder(build: Builder) -> Builder:
    """Registers a builder under its own name: `@builder` above `def edge_function(name: str = "edge")`."""
    BUILDERS[build.__name__.replace("_", "-")] = build
    return build
