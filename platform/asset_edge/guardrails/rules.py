"""Every rule there is, in the order a reader meets them."""

from asset_edge.guardrails import (
    cache_keys,
    cost,
    edge_functions,
    encryption,
    least_privilege,
    protection,
    public_access,
    tagging,
    tls,
)
from asset_edge.guardrails.rule import Rule

RULES: tuple[Rule, ...] = (
    *public_access.RULES,
    *encryption.RULES,
    *tls.RULES,
    *edge_functions.RULES,
    *cache_keys.RULES,
    *protection.RULES,
    *least_privilege.RULES,
    *tagging.RULES,
    *cost.RULES,
)
