"""`/metrics` of mode many: beside the totals, what each workspace has of them."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import col, select

from bot.balik import Balik
from bot.domain.messages.alerts import OperatorAlertMessage
from bot.server.health import exposition
from bot.workspaces.counts import OTHERS, Counts, WorkspaceLabels
from storage.outbox import outgoing
from storage.tables import Person
from tests.workspaces.installing import House, open_house


async def metrics_of(balik: Balik) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Labels and values by name."""
    families = text_string_to_metric_families((await exposition(balik)).decode())
    samples = [sample for family in families for sample in family.samples]
    return {name: [(s.labels, s.value) for s in samples if s.name == name] for name in {s.name for s in samples}}


async def enqueue(house: House) -> None:
    """A message to each person of each workspace."""
    async with house.balik.store.write(house.clock) as work:
        people = (await work.session.exec(select(Person).where(col(Person.slack_id) != ""))).all()
        for person in people:
            alert = OperatorAlertMessage(tick="counting", subject="tick-counting")
            await work.send(outgoing(alert, person.team_id, person_id=person.id))
        await work.commit()


async def test_each_workspace_has_its_own_counts(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/balik.sqlite") as house:
        people = {}
        for slack in (house.angin, house.bukit):
            await house.install(slack)
            people[slack.workspace.team_id] = slack.as_person(slack.add_user("Sari Wulandari"))
        await house.settle()
        first, second = people
        for team_id, times in ((first, 1), (second, 3)):
            for _ in range(times):
                assert (await people[team_id].command("/mentoring help")).ok
        await house.settle()
        await enqueue(house)
        waiting = await metrics_of(house.balik)
        await house.balik.settle()
        metrics = await metrics_of(house.balik)
    each = {labels["workspace"]: value for labels, value in waiting["balik_workspace_outbox_messages"]}
    assert each == {first: 1.0, second: 1.0}
    sent = [(labels["workspace"], value) for labels, value in metrics["balik_workspace_deliveries_total"]]
    assert sorted(sent) == [(first, 1.0), (second, 1.0)]
    commands = {
        labels["workspace"]: value
        for labels, value in metrics["balik_workspace_requests_total"]
        if labels["kind"] == "command"
    }
    assert commands == {first: 1.0, second: 3.0}
    assert metrics["balik_deliveries_total"] == [({"outcome": "sent"}, 2.0)]


def test_more_workspaces_than_the_bound_share_one_label() -> None:
    labels = WorkspaceLabels(most=2)
    posts, clicks = Counts(labels), Counts(labels)
    for team_id in ("T1", "T2", "T3", "T4", "T1"):
        posts.add("sent", team_id)
    clicks.add("action", "T4")
    clicks.add("action", None)
    assert posts.by_workspace == {("T1", "sent"): 2, ("T2", "sent"): 1, (OTHERS, "sent"): 2}
    assert posts.total == {"sent": 5}
    assert clicks.by_workspace == {(OTHERS, "action"): 1}
    assert clicks.total == {"action": 2}
