"""What a change of the edge functions' configuration means: who may see what, where, and for how long."""

from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.ops.comparing import differences
from asset_edge.ops.reading import at, gone, named, number, texts
from asset_edge.ops.sentences import Risk, Sentence, say
from asset_edge.ops.values import Mask

_EMBARGO = ("off", "preparing", "unpublished", "all")
"""The weakest first: no token, none yet, one for what is not published, one for all."""

_NOTHING: Mapping[str, Any] = {}
_TOLD = ("behaviors", "cache_rules", "registry", "territories")
_DANGEROUS = ("buckets", "embargo", "libraries", "origin_auth", "strategy")
"""What decides who may read, or what from where: a key that is trusted anew opens all that is embargoed."""

_CACHE_SECONDS = (
    *("max_age_seconds", "shared_max_age_seconds", "stale_while_revalidate_seconds"),
    "stale_if_error_seconds",
)


def between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    """The sentences about two configurations, as they are baked into a bundle."""
    yield from _behaviors(
        named(old.get("behaviors"), "path_pattern"), named(new.get("behaviors"), "path_pattern")
    )
    yield from _territories(named(old.get("territories"), "name"), named(new.get("territories"), "name"))
    yield from _cache_rules(named(old.get("cache_rules"), "name"), named(new.get("cache_rules"), "name"))
    yield from _registry(old.get("registry"), new.get("registry"))
    for key in sorted((old.keys() | new.keys()) - {*_TOLD}):
        risk = Risk.HIGH if key in _DANGEROUS else Risk.MEDIUM
        for one in differences({key: old.get(key)}, {key: new.get(key)}, Mask()):
            yield say(risk, "configuration {}: {} → {}", one.path, one.old, one.new)


def _behaviors(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Sentence]:
    for pattern in sorted(old.keys() | new.keys()):
        before, after = old.get(pattern, _NOTHING), new.get(pattern, _NOTHING)
        if pattern not in new:
            yield from _no_longer(pattern, before)
            continue
        yield from _embargo(pattern, before, after, is_new=pattern not in old)
        yield from _decisions(pattern, before, after)
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield say(Risk.HIGH, "path patterns would be tried in another order: {}", tuple(new))


def _no_longer(pattern: str, old: Mapping[str, Any]) -> Iterator[Sentence]:
    lost = [f"embargo {old['embargo']}"] if _strength(old) > 0 else []
    lost += [f"territory {old['territory']}"] if old.get("territory") else []
    words = "nothing would be decided for {} of its own any more"
    if lost:
        yield say(
            Risk.HIGH, f"{words}: {{}} would be off there unless another pattern has it", pattern, tuple(lost)
        )
    else:
        yield say(Risk.MEDIUM, words, pattern)


def _strength(behavior: Mapping[str, Any]) -> int:
    """A mode that is not known may be none at all."""
    mode = behavior.get("embargo", "off")
    return _EMBARGO.index(mode) if mode in _EMBARGO else 0


def _embargo(
    pattern: str, old: Mapping[str, Any], new: Mapping[str, Any], *, is_new: bool
) -> Iterator[Sentence]:
    before, after = old.get("embargo", "off"), new.get("embargo", "off")
    if is_new or before == after:
        return
    if _strength(new) < _strength(old):
        meaning = (
            "everyone could read what is there" if after == "off" else "fewer assets there would need a token"
        )
        yield say(
            Risk.HIGH, f"embargo on {{}} would be {{}} and no longer {{}}: {meaning}", pattern, after, before
        )
    else:
        words = "embargo on {} would be {} and no longer {}: more assets there would need a token"
        yield say(Risk.MEDIUM, words, pattern, after, before)


def _decisions(pattern: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    if not old:
        yield say(Risk.MEDIUM, "{} would be decided on its own: {}", pattern, _decided(new))
        return
    for key, off in (("territory", None), ("registry", False)):
        if old.get(key) and old.get(key) != new.get(key):
            risk = Risk.HIGH if new.get(key) in (off, None) else Risk.MEDIUM
            yield say(risk, f"{key} of {{}}: {{}} → {{}}", pattern, old.get(key), new.get(key))
        elif old.get(key) != new.get(key):
            yield say(Risk.MEDIUM, f"{key} of {{}}: {{}} → {{}}", pattern, old.get(key), new.get(key))
    rest = {*old, *new} - {"embargo", "territory", "registry", "path_pattern"}
    for key in sorted(rest):
        if old.get(key) != new.get(key):
            yield say(Risk.MEDIUM, "{} of {}: {} → {}", key, pattern, old.get(key), new.get(key))


def _decided(behavior: Mapping[str, Any]) -> str:
    told = [
        f"{key} {value}" for key, value in sorted(behavior.items()) if value not in (None, False, 0, "off")
    ]
    return ", ".join(told)


def _territories(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Sentence]:
    for name in sorted(old.keys() & new.keys()):
        yield from _territory(name, old[name], new[name])
    for name in sorted(old.keys() - new.keys()):
        yield say(Risk.HIGH, "territory {} would be gone: its licence would no longer be kept", name)
    for name in sorted(new.keys() - old.keys()):
        yield say(Risk.MEDIUM, "territory {} would be new: allowed are {}", name, _countries(new[name]))


def _territory(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    before, after = texts(old.get("allow")), texts(new.get("allow"))
    opened = (*_missing(after, before), *gone(old.get("deny"), new.get("deny")))
    closed = (*_missing(before, after), *gone(new.get("deny"), old.get("deny")))
    if before and not after:
        yield say(Risk.HIGH, "territory {} would be WIDENED to all countries that are not denied", name)
    elif after and not before:
        yield say(Risk.MEDIUM, "territory {} would be narrowed to {}", name, after)
    elif opened:
        yield say(Risk.HIGH, "territory {} would be WIDENED by {}", name, tuple(dict.fromkeys(opened)))
    if closed and before and after:
        yield say(Risk.MEDIUM, "territory {} would be narrowed by {}", name, tuple(dict.fromkeys(closed)))
    elif closed and not (before or after):
        yield say(Risk.MEDIUM, "territory {} would be narrowed by {}", name, closed)
    if old.get("redirects") != new.get("redirects"):
        yield say(Risk.MEDIUM, "territory {} would redirect {}", name, _redirects(new))


def _missing(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in some if one not in others)


def _countries(territory: Mapping[str, Any]) -> Any:
    return texts(territory.get("allow")) or "all countries that are not denied"


def _redirects(territory: Mapping[str, Any]) -> tuple[str, ...]:
    found = named(territory.get("redirects"), "country")
    return tuple(f"{country} to {one.get('host')}" for country, one in sorted(found.items()))


def _cache_rules(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Sentence]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            yield say(Risk.MEDIUM, f"cache rule {{}} would be {'new' if before is None else 'gone'}", name)
            continue
        for one in differences(before, after, Mask()):
            if one.path in _CACHE_SECONDS:
                yield say(
                    Risk.MEDIUM,
                    f"cache rule {{}}: {one.path} {{}} → {{}}{_longer(one.old, one.new)}",
                    name,
                    one.old,
                    one.new,
                )
            else:
                yield say(Risk.MEDIUM, "cache rule {}: {} {} → {}", name, one.path, one.old, one.new)
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield say(Risk.MEDIUM, "cache rules would be tried in another order: {}", tuple(new))


def _longer(old: Any, new: Any) -> str:
    before, after = number(old) or 0, number(new) or 0
    return ": browsers and caches keep answers longer" if after > before else ": more is asked for anew"


def _registry(old: Any, new: Any) -> Iterator[Sentence]:
    if old == new:
        return
    if old and not new:
        yield say(
            Risk.HIGH, "the asset registry would not be asked any more: every asset counts as published"
        )
        return
    if at(old, "unknown") == "refuse" and at(new, "unknown") == "serve":
        yield say(Risk.HIGH, "assets that the registry does not know would be served and no longer refused")
    for region in gone(at(old, "regions"), at(new, "regions")):
        yield say(Risk.MEDIUM, "the edge would no longer read the registry in {}", region)
    for one in differences(old or {}, new or {}, Mask()):
        if one.top not in ("unknown", "regions"):
            yield say(Risk.MEDIUM, "registry {}: {} → {}", one.path, one.old, one.new)
