"""`asset-edge bundle` writes the very bytes that would be deployed."""

from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.test_main import Ended
from tests.localcloud.test_project import written

MAIN = """
import io, zipfile, pulumi, pulumi_aws as aws
from pathlib import Path

for name in ("one", "two"):
    Path("made").mkdir(exist_ok=True)
    with zipfile.ZipFile(f"made/{name}.zip", "w") as out:
        out.writestr(zipfile.ZipInfo("index.py"), f"{name} of {pulumi.get_stack()}")
    code = pulumi.FileArchive(f"made/{name}.zip")
    aws.lambda_.Function(name, role="r", handler="h", runtime="python3.13", code=code)
aws.s3.Bucket("other")
"""


def bundled(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str, main: str = MAIN) -> Ended:
    program = written(tmp_path / "program", main=main, dev="", prod="")
    return Ended(["bundle", "--program", str(program), "--out", str(tmp_path / "out"), *arguments], capsys)


def files(directory: Path) -> list[str]:
    return sorted(p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file())


def test_every_function_of_every_stack_is_written_and_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = bundled(tmp_path, capsys)
    assert ended.code == 0
    assert files(tmp_path / "out") == ["dev/one.zip", "dev/two.zip", "prod/one.zip", "prod/two.zip"]
    for name in files(tmp_path / "out"):
        content = (tmp_path / "out" / name).read_bytes()
        (line,) = [line for line in ended.out.splitlines() if line.strip().startswith(name)]
        assert line.split() == [name, str(len(content)), sha256(content).hexdigest()]


def test_only_the_stacks_asked_for_are_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundled(tmp_path, capsys, "--stack", "prod")
    assert files(tmp_path / "out") == ["prod/one.zip", "prod/two.zip"]


def test_the_bytes_are_those_the_program_deploys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundled(tmp_path, capsys, "--stack", "dev")
    made = tmp_path / "program" / "made"
    assert [(tmp_path / "out" / "dev" / f"{n}.zip").read_bytes() for n in ("one", "two")] == [
        (made / f"{n}.zip").read_bytes() for n in ("one", "two")
    ]


def test_a_zip_with_keys_in_it_is_left_out_and_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = MAIN.replace("code=code", "code=pulumi.Output.secret(code) if name == 'two' else code")
    ended = bundled(tmp_path, capsys, "--stack", "dev", main=main)
    assert (ended.code, files(tmp_path / "out")) == (0, ["dev/one.zip"])
    assert "dev/two.zip is secret" in ended.err


@pytest.mark.parametrize(
    "code", ["pulumi.FileArchive('.')", "pulumi.AssetArchive({'a': pulumi.StringAsset('x')})", "None"]
)
def test_code_that_is_no_zip_file_is_refused_by_function(
    tmp_path: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main = f"import pulumi, pulumi_aws as aws\naws.lambda_.Function('odd', role='r', code={code})"
    ended = bundled(tmp_path, capsys, main=main)
    assert (ended.code, files(tmp_path / "out")) == (1, [])
    assert "the function odd" in ended.err
    assert "zip" in ended.err
