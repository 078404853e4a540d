"""What stands in deploy/ agrees with the code."""

import re
import subprocess
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent.parent
READERS = re.compile(
    r'(?:environment\.(?:text|required_text|flag|number|words|folder)|os\.environ\.get)\(\s*["\']([A-Z_]+)["\']'
)
FOR_DEVELOPERS = {"LOKAAL_BENCH_DATABASE", "PATH"}


def test_readme_names_every_variable_the_code_reads() -> None:
    code = [
        path
        for folder in ("lokaal", "activities", "deploy")
        for path in (BASE_DIR / folder).rglob("*.py")
    ]
    read = {name for path in code for name in READERS.findall(path.read_text())}
    named = set(re.findall(r"`([A-Z_]{4,})`", (BASE_DIR / "deploy/README.md").read_text()))
    assert "LOKAAL_SECRET_KEY" in read
    assert sorted(read - named - FOR_DEVELOPERS) == []


def test_help_names_every_target() -> None:
    makefile = (BASE_DIR / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) - {"help"}
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^make ([a-z-]+)", shown, re.MULTILINE)) == targets


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_hashes_and_no_host(name: str) -> None:
    pins = (BASE_DIR / "deploy" / name).read_text()
    assert "://" not in pins
    entries = re.split(r"\n(?=\S)", pins.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert len(entries) > 20


def test_tests_run_on_the_packages_the_house_runs_on() -> None:
    def entries(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (BASE_DIR / "deploy" / name).read_text(), re.MULTILINE))

    assert entries("requirements.txt") - entries("requirements-dev.txt") == set()


def test_web_server_is_told_in_words_of_debian_12_and_logs_no_secret_link() -> None:
    """nginx 1.22 does not know `http2 on`; a server without a line about its log writes down every address."""
    written = (BASE_DIR / "deploy/nginx.conf").read_text()
    logs = [
        re.findall(r"^    access_log .*", server, re.MULTILINE)
        for server in re.split(r"^server ", written, flags=re.MULTILINE)[1:]
    ]
    assert "http2 on" not in written
    assert logs == [
        ["    access_log off;"],
        ["    access_log /var/log/nginx/lokaal.log combined if=$is_logged;"],
    ]
