"""What a change of a function means: which files of its bundle, and what it is configured with."""

from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.ops import words_config
from asset_edge.ops.changes import Change, Changes
from asset_edge.ops.reading import at
from asset_edge.ops.sentences import Risk, Sentence, say
from asset_edge.ops.values import SECRET

_MOST_FILES = 12
_HASH = "sourceCodeHash"


def of_function(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Which code would run, and what it would have been told."""
    if change.old is None or change.new is None:
        return
    yield from _bundle(change, change.old.inputs, change.new.inputs)
    told = (change.old.configurations, change.new.configurations)
    for name in sorted(told[0].keys() | told[1].keys()):
        old, new = (side.get(name) for side in told)
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            continue
        for path in sorted(old.keys() & new.keys()):
            if isinstance(old[path], Mapping) and isinstance(new[path], Mapping):
                yield from words_config.between(old[path], new[path])


def _bundle(change: Change, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    of = ("code", _HASH)
    what = change.name.removesuffix("-function")
    before, after = (at(side, "code", "archive") for side in (old, new))
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        if before != after:
            yield say(Risk.MEDIUM, "the bundle of {} would change: {}", what, _files(before, after), of=of)
            return
    elif SECRET in (old.get("code"), new.get("code")) and old.get(_HASH) != new.get(_HASH):
        words = "the bundle of {} would change; keys are in it, so which files is not told"
        yield say(Risk.MEDIUM, words, what, of=of)
        return
    elif old.get("code") != new.get("code") or old.get(_HASH) != new.get(_HASH):
        words = "the bundle of {} would change; which files, only two plans can tell"
        yield say(Risk.MEDIUM, words, what, of=of)
        return
    if old.get(_HASH) != new.get(_HASH):
        yield say(Risk.LOW, "the bundle of {} would be packed anew, with the same files", what, of=of)


def _files(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    told = [
        *(f"+{name}" for name in sorted(new.keys() - old.keys())),
        *(f"-{name}" for name in sorted(old.keys() - new.keys())),
        *(name for name in sorted(old.keys() & new.keys()) if old[name] != new[name]),
    ]
    more = f" and {len(told) - _MOST_FILES} more" if len(told) > _MOST_FILES else ""
    return ", ".join(told[:_MOST_FILES]) + more
