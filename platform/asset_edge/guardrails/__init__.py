"""What a plan must never show, as rules over its resources; `rules.RULES` lists them."""
