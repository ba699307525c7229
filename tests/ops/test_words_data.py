"""What is kept, and for how long, is said in the platform's words."""

import pytest

from tests.ops.edits import BLOCK, BUCKET, LOGS, TABLE, VERSIONING, Edit, inputs, without
from tests.ops.plans import said, verdict

TOLD: tuple[tuple[str, Edit, str, str], ...] = (
    (
        "fewer days of logs",
        inputs(LOGS, retentionInDays=1),
        LOGS,
        "HIGH logs would be kept for 1 days and no longer 30 days",
    ),
    (
        "more days of logs",
        inputs(LOGS, retentionInDays=90),
        LOGS,
        "LOW logs would be kept longer: for 90 days",
    ),
    ("logs for ever", inputs(LOGS, retentionInDays=0), LOGS, "LOW logs would be kept longer: for ever"),
    (
        "a replica less",
        lambda plan: plan.inputs(TABLE)["replicas"].pop(),
        TABLE,
        "HIGH the replica in ap-southeast-2 would be deleted",
    ),
    (
        "a replica more",
        lambda plan: plan.inputs(TABLE)["replicas"].append({"regionName": "x"}),
        TABLE,
        "MEDIUM a replica in x would be made",
    ),
    (
        "a replica without recovery",
        lambda plan: plan.inputs(TABLE)["replicas"][0].update(pointInTimeRecovery=False),
        TABLE,
        "LOSS loses its protection: point-in-time recovery in us-east-1",
    ),
    (
        "a replica without protection",
        lambda plan: plan.inputs(TABLE)["replicas"][0].update(deletionProtectionEnabled=False),
        TABLE,
        "LOSS loses its protection: deletion protection in us-east-1",
    ),
    (
        "no recovery",
        inputs(TABLE, pointInTimeRecovery={"enabled": False}),
        TABLE,
        "LOSS loses its protection: point-in-time recovery would be off",
    ),
    (
        "less recovery",
        inputs(TABLE, pointInTimeRecovery={"enabled": True, "recoveryPeriodInDays": 7}),
        TABLE,
        "HIGH it could be recovered for 7 days and no longer for 35",
    ),
    (
        "no deletion protection",
        inputs(TABLE, deletionProtectionEnabled=False),
        TABLE,
        "LOSS loses its protection: deletionProtectionEnabled would be off",
    ),
    (
        "public access",
        inputs(BLOCK, blockPublicPolicy=False, ignorePublicAcls=None),
        BLOCK,
        "HIGH public access would be blocked less: blockPublicPolicy, ignorePublicAcls off",
    ),
    ("no block at all", without(BLOCK), BLOCK, "HIGH the block on public access would be gone"),
    (
        "no versioning",
        inputs(VERSIONING, versioningConfiguration={"status": "Suspended"}),
        VERSIONING,
        "LOSS loses its protection: versioning would be off",
    ),
    (
        "versioning that goes",
        without(VERSIONING),
        VERSIONING,
        "LOSS loses its protection: the bucket's versioning",
    ),
    (
        "force destroy",
        inputs(BUCKET, forceDestroy=True),
        BUCKET,
        "LOSS loses its protection: forceDestroy would be on",
    ),
)


@pytest.mark.parametrize(("edit", "name", "words"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_a_change_is_said_in_the_platforms_words(edit: Edit, name: str, words: str) -> None:
    told = said(verdict(edit), name)
    assert words in told, told
