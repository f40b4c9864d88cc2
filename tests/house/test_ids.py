"""Ids are written out once, in `handlers/kit/ids.py` and `callback_ids.py`, and each is listened to once."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import handlers
from handlers.kit import blocks
from handlers.kit.ids import ActionFamily, ActionId, CallbackId

ROOT = Path(__file__).parents[2]
LINKS = {ActionId.CALENDAR_GOOGLE, ActionId.CALENDAR_OUTLOOK}
"""The browser follows these; there is nothing to do about them."""
ONLY_SEARCHED = {ActionId.BROADCAST_PEOPLE}
"""Menus of which a form reads the choice when it is submitted."""
ONLY_SHOWN = {
    CallbackId.AGREEMENT,
    CallbackId.BROADCAST,
    CallbackId.BROADCASTS,
    CallbackId.CARDS,
    CallbackId.COURSE,
    CallbackId.DONE,
    CallbackId.GROWTH,
    CallbackId.INVITATION,
    CallbackId.LOG,
    CallbackId.MATCH_CARD,
    CallbackId.MATCH_LOG,
    CallbackId.MATERIAL,
    CallbackId.OWN_QUESTIONS,
    CallbackId.OWN_TEXTS,
    CallbackId.MEASURE,
    CallbackId.NOMINATIONS,
    CallbackId.KICKOFF_GUESTS,
    CallbackId.NOTICE,
    CallbackId.TRAINING,
    CallbackId.PACK,
    CallbackId.PLAYBOOK,
    CallbackId.PARTICIPANT,
    CallbackId.POLL,
    CallbackId.PROGRAMMES,
    CallbackId.ROSTER_BUSY,
    CallbackId.STORY,
    CallbackId.TOPICS,
}
"""Modals without a submit button."""
BUILDERS = {
    *(
        name
        for name, one in vars(blocks).items()
        if inspect.isfunction(one) and "action_id" in str(inspect.signature(one))
    ),
    "action",
    "submission",
    "modal",
}


def test_a_constant_is_its_id_in_capitals() -> None:
    for ids in (ActionId, ActionFamily, CallbackId):
        assert {one.name: one.value for one in ids} == {one.value.replace(".", "_").upper(): one.value for one in ids}


def test_each_button_has_one_listener() -> None:
    """A family is listened to as a whole, or answer by answer."""
    on = handlers.listeners()
    families = {family for family in ActionFamily for name in on.actions if name.startswith(f"{family}.")}
    assert families | set(on.families) == set(ActionFamily)
    single = {name for name in on.actions if not any(name.startswith(f"{family}.") for family in ActionFamily)}
    assert single == set(ActionId) - LINKS - ONLY_SEARCHED
    assert on.links == LINKS
    assert set(on.menus) >= ONLY_SEARCHED


def test_each_form_has_one_listener() -> None:
    assert set(handlers.listeners().submissions) == set(CallbackId) - ONLY_SHOWN


def test_no_id_is_written_out_elsewhere() -> None:
    """The types refuse a string where an id is wanted; what is left are fields, ids made of parts, and raw blocks."""
    dotted = {str(one) for ids in (ActionId, ActionFamily, CallbackId) for one in ids if "." in one}
    found: list[str] = []
    for path in sorted((ROOT / "handlers").rglob("*.py")):
        if path.name == "ids.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if any(isinstance(one, ast.Constant) and one.value in dotted for one in _ids_in(node)):
                found.append(f"{path.relative_to(ROOT)}: {ast.unparse(node)}")
    assert found == []


def _ids_in(node: ast.AST) -> Iterator[ast.expr]:
    """What stands where an id may stand: in a call of a builder or listener, in a raw block, and in a comparison."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in BUILDERS:
            yield from node.args[:3]
        yield from (one.value for one in node.keywords if one.arg in ("action_id", "callback_id"))
    elif isinstance(node, ast.Dict):
        yield from (
            value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and key.value in ("action_id", "callback_id")
        )
    elif isinstance(node, ast.Compare):
        yield from node.comparators
