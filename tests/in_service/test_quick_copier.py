import errno
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from copier import _template, run_copy
from copier._main import Worker
from jinja2 import Environment, FileSystemBytecodeCache, Template
from jinja2.sandbox import SandboxedEnvironment

from tools import quick_copier
from tools.quick_copier import (
    CHOSEN,
    COMPILE,
    answers_gathered_once,
    cloned_once,
    compiled_once,
    is_roomy,
    modes_asked_once,
    place_in_memory,
    temporary_files_in,
)

BRACES = "{{ 1 }} [[ 1 ]]"
QUESTIONS = """
_answers_file: ".{{ name }}.yml"
name: {default: a, type: str}
names: {default: [b, c], type: yaml}
"""
EACH = "{% yield each from names %}{{ each }}{% endyield %}"


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_text_is_compiled_once() -> None:
    with compiled_once():
        first, second = SandboxedEnvironment(), SandboxedEnvironment()
        assert first.compile(BRACES, "a", "one/a") is second.compile(BRACES, "a", "two/a")
        assert first.compile(BRACES, "a") is not first.compile(BRACES, "b")


def refuse_to_compile(*_: object) -> None:
    pytest.fail("compiled again")


def test_it_ends_with_the_block() -> None:
    with compiled_once():
        assert Environment.compile is not COMPILE
    assert Environment.compile is COMPILE


def test_later_processes_find_what_was_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    with compiled_once():
        SandboxedEnvironment().compile(BRACES, "a")
    monkeypatch.setattr(quick_copier, "COMPILE", refuse_to_compile)
    monkeypatch.setattr(Environment, "compile", refuse_to_compile)
    with compiled_once():
        code = SandboxedEnvironment().compile(BRACES, "a")
        text = Template.from_code(SandboxedEnvironment(), code, {}).render()
        assert text == "1 [[ 1 ]]"
        with pytest.raises(pytest.fail.Exception, match="compiled again"):
            SandboxedEnvironment(trim_blocks=True).compile(BRACES, "a")


def test_other_versions_compile_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with compiled_once():
        Environment().compile(BRACES)
    monkeypatch.setattr(quick_copier, "VERSIONS", ("10.0.0", "4.0.0"))
    monkeypatch.setattr(quick_copier, "COMPILE", refuse_to_compile)
    monkeypatch.setattr(Environment, "compile", refuse_to_compile)
    with compiled_once(), pytest.raises(pytest.fail.Exception, match="compiled again"):
        Environment().compile(BRACES)


def test_nothing_is_read_from_a_place_that_is_not_ours(own_place: Path) -> None:
    (own_place / f"_jinja2-cache-{os.getuid()}").write_text("somebody else's")
    with compiled_once():
        code = Environment().compile(BRACES)
        assert Environment().compile(BRACES) is code


def test_a_full_disk_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(FileSystemBytecodeCache, "dump_bytecode", refuse)
    with compiled_once():
        code = Environment().compile(BRACES)
        assert Environment().compile(BRACES) is code


def test_a_block_inside_of_another_shares_what_that_knows() -> None:
    with compiled_once():
        with compiled_once():
            inside = Environment().compile(BRACES)
        assert Environment().compile(BRACES) is inside
    assert Environment.compile is COMPILE


def test_another_syntax_is_another_text() -> None:
    with compiled_once():
        usual, other = (
            Environment(),
            Environment(variable_start_string="[[", variable_end_string="]]"),
        )
        assert usual.from_string(BRACES).render() == "1 [[ 1 ]]"
        assert other.from_string(BRACES).render() == "{{ 1 }} 1"


def test_other_extensions_make_another_text() -> None:
    text = "{% for n in [1, 2] %}{% if n == 2 %}{% break %}{% endif %}{{ n }}{% endfor %}"
    with compiled_once():
        loops = Environment(extensions=["jinja2.ext.loopcontrols"])
        assert loops.from_string(text).render() == "1"
        with pytest.raises(Exception, match="unknown tag 'break'"):
            Environment().from_string(text)


def test_a_mistake_is_found_each_time() -> None:
    with compiled_once():
        for _ in range(2):
            with pytest.raises(Exception, match="unexpected end of template"):
                Environment().compile("{{ 1")


@pytest.mark.parametrize(("setting", "mode"), [("false", "100755"), ("true", "100644")])
def test_modes_are_written_where_git_ignores_them(tmp_path: Path, setting: str, mode: str) -> None:
    template, service = tmp_path / "template", tmp_path / "service"
    template.mkdir()
    (template / "run").write_text("echo\n")
    run_copy(str(template), service, quiet=True)
    for arguments in (["init"], ["config", "core.fileMode", setting], ["add", "run"]):
        subprocess.run(["git", "-C", str(service), *arguments], check=True, capture_output=True)
    (template / "run").chmod(0o755)
    with modes_asked_once():
        run_copy(str(template), service, quiet=True, overwrite=True)
    index = ["git", "-C", str(service), "ls-files", "--stage"]
    assert subprocess.run(index, check=True, capture_output=True, text=True).stdout.startswith(mode)


def test_answers_are_gathered_once_and_all_is_rendered_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    (template / "copier.yml").write_text(QUESTIONS)
    for name in (f"{EACH}.txt.jinja", "{{ _copier_conf.answers_file }}.jinja", "plain"):
        (template / name).write_text(
            "{{ each }} {{ _copier_answers }} {{ _copier_conf.answers_file }}"
        )
    gathered: list[Worker] = []
    gather = getattr(Worker, quick_copier.CONTEXT)

    def count_and_gather(worker: Worker) -> object:
        gathered.append(worker)
        return gather(worker)

    monkeypatch.setattr(Worker, quick_copier.CONTEXT, count_and_gather)
    found = []
    for shortcut in (nullcontext, answers_gathered_once):
        gathered.clear()
        with shortcut():
            run_copy(str(template), tmp_path / "service", defaults=True, quiet=True, overwrite=True)
        files = [*Path(tmp_path / "service").iterdir()]
        found.append(({path.name: path.read_text() for path in files}, len(gathered)))
        shutil.rmtree(tmp_path / "service")
    (before, often), (after, seldom) = found
    assert after == before
    assert sorted(after) == [".a.yml", "b.txt", "c.txt", "plain"]
    assert seldom < often / 3


def test_other_versions_of_copier_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_copier, "VERSIONS", ("10.0.0", "4.0.0"))
    left = vars(Worker) | vars(_template)
    with modes_asked_once(), answers_gathered_once(), cloned_once():
        assert vars(Worker) | vars(_template) == left


def test_copier_is_left_for_a_merge_to_import() -> None:
    script = "import sys, tools.quick_copier; sys.exit('copier' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_temporary_files_are_where_they_shall_be(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with temporary_files_in(tmp_path), tempfile.TemporaryDirectory() as folder:
        assert Path(folder).parent == tmp_path
    assert tempfile.gettempdir() == before


@pytest.mark.parametrize("chosen", CHOSEN)
def test_a_chosen_place_is_kept(
    chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_copier, "MEMORY", tmp_path)
    for name in CHOSEN:
        monkeypatch.delenv(name, raising=False)
    before = tempfile.gettempdir()
    with quick_copier.quick_copier():
        assert tempfile.gettempdir() == str(tmp_path)
    assert place_in_memory() == tmp_path
    monkeypatch.setenv(chosen, "/anywhere")
    assert place_in_memory() is None
    with quick_copier.quick_copier():
        assert tempfile.gettempdir() == before


def test_a_place_without_room_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_roomy(tmp_path)
    assert not is_roomy(tmp_path / "missing")
    monkeypatch.setattr(quick_copier, "ENOUGH", 2**80)
    assert not is_roomy(tmp_path)
