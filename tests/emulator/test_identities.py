"""Whose a signature is."""

from dataclasses import replace
from typing import Any

import pytest

from asset_edge.emulator.identities import Credentials, Identities, Signer
from asset_edge.emulator.messages import OriginRequest, to_headers
from asset_edge.emulator.s3_errors import S3Error
from tests.emulator.signing import (
    OTHER_ROLE,
    OWNER,
    REGION,
    ROLE,
    SIGNED_AT,
    identities,
    presigned,
    request,
    signed,
)


def verify(of: Identities, asked: OriginRequest, **changes: Any) -> Signer | None:
    return of.verify(asked, **{"region": REGION, "now": SIGNED_AT, **changes})


def refused(of: Identities, asked: OriginRequest, **changes: Any) -> tuple[int, str]:
    with pytest.raises(S3Error) as refusal:
        verify(of, asked, **changes)
    return refusal.value.status, refusal.value.code


def test_a_role_signs_with_what_it_was_given() -> None:
    known = identities()
    assert verify(known, signed(known.credentials(ROLE))) == Signer(ROLE)
    assert verify(known, signed(known.credentials(OTHER_ROLE))) == Signer(OTHER_ROLE)
    assert verify(known, presigned(known.credentials(ROLE))) == Signer(ROLE)


def test_the_owner_signs_with_or_without_the_token() -> None:
    known = identities()
    assert verify(known, signed(OWNER)) == Signer(None)
    assert verify(known, signed(replace(OWNER, session_token=None))) == Signer(None)


def test_nobody_signed_what_is_not_signed() -> None:
    assert verify(identities(), request()) is None


def test_credentials_are_the_same_for_a_run_and_others_in_the_next() -> None:
    known = identities()
    assert known.credentials(ROLE) == known.credentials(ROLE) == identities().credentials(ROLE)
    assert known.credentials(ROLE) != known.credentials(OTHER_ROLE)
    assert Identities(OWNER, b"the next run").credentials(ROLE) != known.credentials(ROLE)


def test_made_up_credentials_look_it_and_have_the_length_of_real_ones() -> None:
    made = identities().credentials(ROLE)
    assert made.access_key_id.startswith("ASIALOCAL")
    assert (len(made.access_key_id), len(made.secret_access_key)) == (20, 40)
    assert made.access_key_id.isalnum()
    assert made.access_key_id.isupper()


def test_a_secret_is_not_shown() -> None:
    made = identities().credentials(ROLE)
    assert made.secret_access_key not in repr(made)
    assert str(made.session_token) not in repr(made)
    assert made.access_key_id in repr(made)


def test_a_function_gets_them_as_lambda_hands_them_over() -> None:
    made = Credentials("id", "secret", "token")
    expected = {
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    }
    assert made.environment() == expected
    del expected["AWS_SESSION_TOKEN"]
    assert Credentials("id", "secret").environment() == expected


def test_a_key_that_was_never_given_out_is_none() -> None:
    stranger = Identities(OWNER, b"another run").credentials(ROLE)
    assert refused(identities(), signed(stranger)) == (403, "InvalidAccessKeyId")


def test_a_key_with_another_secret_signs_nothing() -> None:
    known = identities()
    forged = replace(known.credentials(ROLE), secret_access_key="guessed")
    assert refused(known, signed(forged)) == (403, "SignatureDoesNotMatch")


def test_a_role_cannot_sign_for_another() -> None:
    known = identities()
    mixed = replace(known.credentials(ROLE), access_key_id=known.credentials(OTHER_ROLE).access_key_id)
    assert refused(known, signed(mixed)) == (403, "SignatureDoesNotMatch")


def test_a_roles_key_is_none_without_its_token() -> None:
    known = identities()
    bare = replace(known.credentials(ROLE), session_token=None)
    assert refused(known, signed(bare)) == (403, "InvalidAccessKeyId")
    wrong = replace(known.credentials(ROLE), session_token="another")
    assert refused(known, signed(wrong)) == (400, "InvalidToken")


def test_a_signature_for_another_region_says_which_is_right() -> None:
    asked = signed(OWNER, region="us-east-1")
    with pytest.raises(S3Error, match="the region 'us-east-1' is wrong; expecting 'eu-west-1'") as refusal:
        verify(identities(), asked)
    assert (refusal.value.status, refusal.value.code) == (400, "AuthorizationHeaderMalformed")
    assert refusal.value.elements["Region"] == REGION
    assert verify(identities(), asked, region="us-east-1") == Signer(None)


def test_a_signature_for_another_service_is_none_for_s3() -> None:
    assert refused(identities(), signed(OWNER, service="lambda")) == (400, "AuthorizationHeaderMalformed")


def test_an_old_signature_is_refused() -> None:
    assert refused(identities(), signed(OWNER), now=SIGNED_AT + 1000) == (403, "RequestTimeTooSkewed")


def test_a_header_of_amazon_that_came_later_is_refused() -> None:
    asked = signed(OWNER)
    late = replace(asked, headers={**asked.headers, **to_headers({"X-Amz-Cf-Id": "x"})})
    assert refused(identities(), late) == (403, "AccessDenied")
