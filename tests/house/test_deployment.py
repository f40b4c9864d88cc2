"""Dockerfile, compose files, systemd units and alert rules: they name what is there, and keep what they promise.

Whether Docker builds and runs them is not tried here. `.ci/image` runs the Dockerfile's steps in a root of their own.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import SECRETS
from bot.metrics import Metrics
from tests.command_line import ROOT

HEALTH = (ROOT / "bot/server/http.py").read_text("utf-8")
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
STEPS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
COMPOSE = ("compose.yaml", "compose.postgresql.yaml")
UNITS = sorted(path.name for path in (ROOT / "deploy").glob("balik*.*"))


def steps(word: str) -> list[str]:
    return [rest for name, rest in STEPS if name == word]


def compose(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return loaded


def variables() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(steps("ENV"))))


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {name for step in steps("COPY") if "--from" not in step for name in step.split()[:-1]}
    assert all((ROOT / name).exists() for name in copied)
    assert copied == let_in


def test_the_image_has_what_the_package_is_built_from() -> None:
    """Everything that pyproject.toml names."""
    copied = {name for step in steps("COPY") for name in step.split()[:-1]}
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    packages = re.findall(r'"(\w+)"', re.findall(r"^packages = \[(.*)\]", project, re.MULTILINE)[0])
    assert {*packages, "README.md", "LICENSE", "manifest.yml", "pyproject.toml"} <= copied


def test_the_image_runs_as_a_user_and_installs_with_hashes() -> None:
    assert steps("USER") == ["balik"]
    assert STEPS.index(["USER", "balik"]) < STEPS.index(["ENTRYPOINT", '["balik"]'])
    assert any("--require-hashes -r requirements.lock" in step for step in steps("RUN"))
    assert len({step.split()[0] for step in steps("FROM")}) == 1


def test_the_health_check_asks_an_address_that_the_bot_serves() -> None:
    (check,) = steps("HEALTHCHECK")
    port, path = re.findall(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)", check)[0]
    assert variables()["BALIK_WATCH_PORT"] == port
    assert f'"{path}"' in HEALTH


@pytest.mark.parametrize("name", COMPOSE)
def test_containers_cannot_write_and_get_secrets_by_file(name: str) -> None:
    content = compose(name)
    bot = content["services"]["balik"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert "/tmp" in bot["tmpfs"]
    files = {key: value for key, value in bot["environment"].items() if key.endswith("_FILE")}
    assert {key.removesuffix("_FILE") for key in files} <= set(SECRETS)
    assert {Path(value).name for value in files.values()} == set(bot["secrets"])
    for service in content["services"].values():
        assert set(service["secrets"]) <= set(content["secrets"])
    assert not any(content["services"]["balik"]["environment"].get(name) for name in SECRETS)
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert "secrets/" in ignored
    assert all(secret["file"].startswith("./secrets/") for secret in content["secrets"].values())


def test_every_setting_of_the_containers_is_one() -> None:
    known = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    known |= {f"{name}_FILE" for name in SECRETS}
    for name in COMPOSE:
        assert set(compose(name)["services"]["balik"]["environment"]) <= known
    assert {key for key in variables() if key.startswith(("BALIK", "SLACK", "DATABASE"))} <= known


def test_as_many_replicas_run_as_they_are_told() -> None:
    bot = compose("compose.postgresql.yaml")["services"]["balik"]
    assert bot["environment"]["BALIK_REPLICAS"] == str(bot["deploy"]["replicas"])


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_units(name: str, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    for unit in UNITS:
        # The commands that a unit starts have to exist.
        text = (ROOT / "deploy" / unit).read_text("utf-8").replace("/opt/balik/bin/balik", sys.executable)
        (tmp_path / unit).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_alerts_ask_for_metrics_that_there_are() -> None:
    rules = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    served = set(re.findall(r'Family\(\s*"(balik_\w+)"', (ROOT / "bot/server/health.py").read_text("utf-8")))
    served |= {f"{metric.name}_bucket" for metric in Metrics().acks.collect()}
    asked = {name for rule in rules for name in re.findall(r"balik_\w+", rule["expr"])}
    assert asked
    assert asked <= served
    documented = (ROOT / "docs/operating.md").read_text("utf-8")
    assert all(name.removesuffix("_bucket") in documented for name in asked)
