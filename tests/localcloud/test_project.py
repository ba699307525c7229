"""What a Pulumi project and its stack files say, and what is wrong with a broken one."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.errors import AssetEdgeError, ProgramError, SettingsError, Unsupported
from asset_edge.localcloud import goyaml, project

PROJECT = "name: p\nruntime: python\n"


def written(directory: Path, *, main: str | None = "", **files: str) -> Path:
    """A program's folder; `dev` is Pulumi.dev.yaml, `project` Pulumi.yaml."""
    directory.mkdir(parents=True, exist_ok=True)
    if main is not None:
        (directory / "__main__.py").write_text(main)
    for name, text in ({"project": PROJECT, "dev": ""} | files).items():
        file = "Pulumi.yaml" if name == "project" else f"Pulumi.{name}.yaml"
        (directory / file).write_text(text)
    return directory


def config(directory: Path, declared: str, dev: str, **overrides: str) -> project.Config:
    found = project.read(written(directory, project=f"{PROJECT}config:\n{declared}", dev=f"config:\n{dev}"))
    return project.config(found, "dev", overrides)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("text", "text"),
        ('"3"', "3"),
        ("3", "3"),
        ("1.50", "1.5"),
        ("2.0", "2"),
        ("0x10", "16"),
        ("true", "true"),
        ("False", "false"),
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        ('""', ""),
        ("[DE, NO, 3]", '["DE","NO",3]'),
        ("{b: 1, a: [true, null]}", '{"a":[true,null],"b":1}'),
    ],
)
def test_a_value_reaches_the_program_as_the_cli_would_pass_it(tmp_path: Path, line: str, value: str) -> None:
    assert config(tmp_path, "  {}", f"  k: {line}").values == {"p:k": value}


@pytest.mark.parametrize(
    ("declared", "key"),
    [
        pytest.param("  k: v", "p:k", id="short"),
        pytest.param("  k: {type: string, default: v}", "p:k", id="typed"),
        pytest.param("  k: {value: v}", "p:k", id="value"),
        pytest.param("  aws:region: v", "aws:region", id="namespaced"),
        pytest.param("  aws:region: {value: v}", "aws:region", id="namespaced-value"),
        pytest.param("  p:k: {default: v, description: d}", "p:k", id="own-namespace"),
    ],
)
def test_a_declared_default_is_what_an_unset_key_has(tmp_path: Path, declared: str, key: str) -> None:
    assert config(tmp_path, declared, "").values == {key: "v"}


def test_the_stack_file_is_over_the_default_and_the_command_line_over_both(tmp_path: Path) -> None:
    declared = "  a: default\n  b: default\n  c: default"
    told = config(tmp_path, declared, "  p:a: file\n  b: file", b="line", **{"aws:region": "eu-west-1"})
    assert told.values == {"p:a": "file", "p:b": "line", "p:c": "default", "aws:region": "eu-west-1"}


def test_encrypted_values_are_a_placeholder_and_secret(tmp_path: Path) -> None:
    told = config(tmp_path, "  {}", "  a: {secure: v1:x}\n  b: {c: [{secure: v1:y}], d: 1}\n  e: plain")
    assert told.values == {"p:a": "[secret]", "p:b": '{"c":["[secret]"],"d":1}', "p:e": "plain"}
    assert told.secret_keys == ("p:a", "p:b")


def test_what_is_declared_secret_is_secret_wherever_its_value_comes_from(tmp_path: Path) -> None:
    declared = "  a: {type: string, secret: true, default: hunter2}\n  b: {type: string, secret: true}"
    told = config(tmp_path, declared, "  b: plain")
    assert told.secret_keys == ("p:a", "p:b")
    assert told.values == {"p:a": "hunter2", "p:b": "plain"}


def test_a_declared_key_without_value_stops_with_its_file_and_meaning(tmp_path: Path) -> None:
    declared = "  zone: {type: string, description: The hosted zone}\n  size: {type: integer}"
    with pytest.raises(SettingsError) as stopped:
        config(tmp_path, declared, "")
    assert str(stopped.value).startswith(
        "Pulumi.dev.yaml does not set p:size (integer), p:zone (The hosted zone)"
    )
    assert config(tmp_path, declared, "  size: 3", zone="Z1").values == {"p:size": "3", "p:zone": "Z1"}


@pytest.mark.parametrize("main", ["src", "src/", "./src/__main__.py", "src/../src"])
def test_main_names_a_folder_or_a_file(tmp_path: Path, main: str) -> None:
    written(tmp_path, main=None, project=f"{PROJECT}main: {main}\n")
    written(tmp_path / "src")
    assert project.read(tmp_path).main == tmp_path / "src" / "__main__.py"


def test_stacks_are_those_with_a_file_wherever_the_project_keeps_them(tmp_path: Path) -> None:
    written(tmp_path, prod="", local="")
    assert project.stacks(project.read(tmp_path)) == ["dev", "local", "prod"]
    written(tmp_path, project=f"{PROJECT}stackConfigDir: settings\n")
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "Pulumi.other.yaml").write_text("")
    assert project.stacks(project.read(tmp_path)) == ["other"]


@pytest.mark.parametrize("runtime", ["python", "{name: python, options: {virtualenv: .venv}}"])
def test_a_python_runtime_may_have_options(tmp_path: Path, runtime: str) -> None:
    assert project.read(written(tmp_path, project=f"name: p\nruntime: {runtime}\n")).name == "p"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("runtime: python", ["name: None", "must be a text"], id="no-name"),
        pytest.param("name: 3\nruntime: python", ["name: 3"], id="name-is-a-number"),
        pytest.param("name: p", ["runtime: None", "python"], id="no-runtime"),
        pytest.param("name: p\nruntime: nodejs", ["'nodejs'", "Pulumi CLI"], id="other-language"),
        pytest.param("name: p\nruntime: {name: go}", ["'go'"], id="other-language-with-options"),
        pytest.param("name: p\n  runtime: x", ["Pulumi.yaml line 2", "not YAML"], id="not-yaml"),
        pytest.param("name: p\nname: q", ["Pulumi.yaml line 2", "name is there twice"], id="key-twice"),
        pytest.param("- a", ["Pulumi.yaml holds a list"], id="a-list"),
        pytest.param(f"{PROJECT}config: [a]", ["config: ['a']"], id="config-is-a-list"),
        pytest.param(f"{PROJECT}main: src", ["no src in"], id="main-is-not-there"),
        pytest.param("name: !!python/object:os.system x", ["not YAML"], id="a-tag"),
    ],
)
def test_a_broken_project_file_says_what_is_wrong_with_it(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    with pytest.raises(ProgramError) as told:
        project.read(written(tmp_path, project=text))
    assert [word for word in words if word not in str(told.value)] == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        pytest.param("config: 3", ProgramError, ["Pulumi.dev.yaml says config: 3"], id="config-is-a-number"),
        pytest.param("config:\n a: [", ProgramError, ["Pulumi.dev.yaml line"], id="not-yaml"),
        pytest.param("config:\n  a: 1\n  a: 2", ProgramError, ["line 3", "a is there twice"], id="key-twice"),
        pytest.param("config:\n  k:", SettingsError, ["Pulumi.dev.yaml gives p:k no value"], id="no-value"),
        pytest.param("environment: [e]", Unsupported, ["['e']", "--config"], id="pulumi-cloud-environment"),
    ],
)
def test_a_broken_stack_file_says_what_is_wrong_with_it(
    tmp_path: Path, text: str, kind: type[AssetEdgeError], words: list[str]
) -> None:
    found = project.read(written(tmp_path, dev=text))
    with pytest.raises(kind) as told:
        project.config(found, "dev")
    assert [word for word in words if word not in str(told.value)] == []


def test_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=rf"no Pulumi\.yaml in {tmp_path}.*--program"):
        project.read(tmp_path)


def test_a_program_without_main_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=r"no __main__\.py in"):
        project.read(written(tmp_path, main=None))


@pytest.mark.parametrize("stack", ["staging", "", "../dev", "dev.yaml", "*"])
def test_a_stack_without_a_file_is_told_with_those_that_exist(tmp_path: Path, stack: str) -> None:
    found = project.read(written(tmp_path, prod=""))
    with pytest.raises(ProgramError, match="There is dev, prod") as told:
        project.config(found, stack)
    assert repr(stack) in str(told.value)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(ProgramError, match=r"Pulumi\.yaml cannot be read.*UTF-8"):
        goyaml.read(tmp_path / "Pulumi.yaml")


def outcome(file: Path) -> object:
    try:
        return goyaml.read(file)
    except ProgramError as error:
        return error


@given(st.text() | st.text(":-[]{}#&*!|>'\"% \nab1.?,@`<~0x_"))
def test_any_text_is_a_mapping_or_an_error_that_names_the_file(text: str) -> None:
    with TemporaryDirectory() as directory:
        file = Path(directory) / "Pulumi.yaml"
        file.write_text(text, encoding="utf-8", errors="replace")
        read = outcome(file)
    assert isinstance(read, dict) or "Pulumi.yaml" in str(read)
