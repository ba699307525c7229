"""In which countries a distribution answers at all; a licence per asset is another matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from asset_edge.components.choices import check_choice
from asset_edge.errors import ArgumentError

RestrictionType = Literal["none", "whitelist", "blacklist"]

_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2."""


@dataclass(frozen=True, kw_only=True)
class GeoRestriction:
    """Answers 403 by the viewer's country; a viewer of unknown country is served.

    Source: CloudFront Developer Guide, "Restrict the geographic distribution of your content".
    """

    restriction_type: RestrictionType = "none"
    """`whitelist`: only these countries; `blacklist`: all but these."""

    locations: Sequence[str] = ()
    """ISO 3166-1 alpha-2 codes in capitals."""

    def __post_init__(self) -> None:
        check_choice("restriction_type", self.restriction_type, get_args(RestrictionType))
        if (self.restriction_type == "none") == bool(self.locations):
            raise ArgumentError(
                f"restriction_type {self.restriction_type!r} has {len(self.locations)} locations; whitelist "
                "and blacklist name at least one, none names none. Match the two"
            )
        unknown = sorted(set(self.locations) - COUNTRIES)
        if unknown:
            raise ArgumentError(
                f"locations has {', '.join(unknown)}; a location is an ISO 3166-1 code of two capitals, as "
                "DE or GB. Correct it"
            )
