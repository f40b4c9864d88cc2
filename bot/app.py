"""The composition root: the only module that connects the parts."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.balik import Balik, BotConfig
from bot.calendars.busy_calendars import BusyCalendars
from bot.calendars.fetch import Fetcher
from bot.calendars.link_keys import LinkKeys
from bot.delivery.settings import OF_MANY
from bot.delivery.worker import Delivery
from bot.domain.messages.alerts import TroubleMessage
from bot.jobs.check_hr_channels import HrChannelChecks
from bot.jobs.compare_with_slack import Comparing
from bot.jobs.delete_erased_dms import Cleaner
from bot.jobs.delete_withdrawn_stories import Retracting
from bot.jobs.open_circles import CircleOpenings
from bot.jobs.per_workspace import PerWorkspace
from bot.jobs.planned_releases import PlannedReleases
from bot.jobs.refresh_invitations import InvitationMessages
from bot.jobs.refresh_session_messages import SentMessages, SessionMessages
from bot.jobs.refresh_signup_count import Counting
from bot.jobs.registry import Tick, ticks
from bot.jobs.scheduler import Scheduler
from bot.mail.session_mails import SessionMails
from bot.metrics import Metrics
from bot.services.alerts.needs import Needs
from bot.services.alerts.operator import Limits, operator_in, report_failing_job, report_message
from bot.services.alerts.undelivered import report_trouble
from bot.services.programme.hr_channel import hold_back
from bot.services.working_hours import next_delivery_time
from bot.slack.announcement_channels import AnnouncementChannels
from bot.slack.bolt_app import SignedApp, admit, notice_limits
from bot.slack.clock_alarm import ClockAlarm
from bot.slack.clock_check import ClockCheck
from bot.slack.date import SlackDate
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway
from bot.slack.hr_channels import HrChannels
from bot.slack.limit_channels import LimitChannels
from bot.slack.turns import Turns
from bot.worker_process import Worker
from bot.workspaces.purging import purge_due
from handlers.insight.undelivered_views import clock_is_wrong
from handlers.kit.context import AppContext
from handlers.kit.day_blocks import with_part
from handlers.kit.messages import MessageRenderers
from handlers.session_mail.messages import words as session_mail_words
from handlers.sessions.stale_messages import replace_stale
from prompts.catalogue import Catalogue
from storage.engine import make_engine
from storage.migrate import upgrade
from storage.tables import Outbox
from storage.unit_of_work import Store, UnitOfWork

if TYPE_CHECKING:
    from bot.workspaces.many import Workspaces


@asynccontextmanager
async def build(parts: BotConfig) -> AsyncIterator[Balik]:
    """A bot on an up-to-date database, not yet connected. Raises what `storage.migrate.upgrade` raises."""
    engine = make_engine(parts.database_url, inline=parts.inline)
    worker = Worker()
    try:
        await upgrade(engine)
        balik = _assemble(parts, Store(engine, many=bool(parts.many or parts.connect)), worker)
        async with AsyncExitStack() as stack:
            if parts.keep_connections:
                session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(balik.gateway.client.timeout))
                balik.gateway.client.session = await stack.enter_async_context(session)
            try:
                yield balik
            finally:
                await balik.context.finish()
                await balik.context.calendars.close()
    finally:
        worker.close()
        await engine.dispose()


def _quiet() -> logging.Logger:
    """What Bolt takes its level from: its warnings quote payloads, and one of them is about our giving it a client."""
    quiet = logging.getLogger(f"{__name__}.bolt")
    quiet.setLevel(logging.ERROR)
    return quiet


async def _report(operator: str, work: UnitOfWork, became: str, row: Outbox) -> None:
    held_back = await hold_back(work, operator_in(operator, row.team_id), became, row)
    if not held_back:
        await report_trouble(work, became, row)
    elif row.kind != TroubleMessage.kind.name:
        return  # what did not arrive elsewhere is the operator's, too, while HR cannot read it
    await report_message(work, operator, became, row)


def gateway_of(bot_token: str, api_url: str) -> Gateway:
    """The connection to one workspace."""
    return Gateway(AsyncWebClient(bot_token, base_url=api_url, retry_handlers=[]))


def _assemble(parts: BotConfig, store: Store, worker: Worker) -> Balik:
    metrics = Metrics()
    client = AsyncWebClient(
        parts.bot_token, base_url=parts.api_url, timeout=int(parts.limits.seconds(30)), retry_handlers=[]
    )
    catalogue = parts.catalogue or Catalogue.load(parts.prompts_dir)
    workspaces = _workspaces(parts, store, client, catalogue)
    connections = workspaces.connections if workspaces else parts.connect(store, client) if parts.connect else None
    gateway = Gateway(client, limited=metrics.limited, limits=parts.limits, connections=connections)
    gateway.date = SlackDate(parts.clock.monotonic)
    alarm = ClockAlarm(store, gateway, parts.operator, partial(clock_is_wrong, catalogue))
    check = ClockCheck(store, gateway, parts.clock, alarm)
    turns = Turns(store, parts.delivery.limits)
    directory = Directory(store, gateway, catalogue.languages, turns)
    channels = HrChannels(store, gateway, directory, turns, parts.operator)
    announcements, limits = AnnouncementChannels(store, directory, turns), LimitChannels(store, directory)
    fetcher = Fetcher(parts.calendar_hosts, parts.limits)
    calendars = BusyCalendars(store, fetcher, LinkKeys(parts.calendar_keys), worker, parts.limits, on=parts.busy_hours)
    context = AppContext(
        store=store,
        gateway=gateway,
        directory=directory,
        channels=channels,
        announcements=announcements,
        limit_channels=limits,
        catalogue=catalogue,
        clock=parts.clock,
        in_worker=worker,
        calendars=calendars,
        retention_months=parts.retention_months,
        hr_channels=parts.hr_channels,
        acked=metrics.acked,
        served=metrics.requests.add,
        limits=parts.limits,
        rate_limits=parts.delivery.limits,
        corrected=check.for_requests,
    )
    directory.noticed = context.channel_noticed
    gateway.needs.tell = Needs(store, parts.operator, parts.clock, context.spawn).refused
    renderers = MessageRenderers(context, handlers.RENDERERS)
    delivery = Delivery(
        store,
        gateway,
        parts.clock,
        renderers,
        f"{os.uname().nodename}:{os.getpid()}",
        parts.delivery if parts.delivery.share or not connections else replace(parts.delivery, share=OF_MANY.share),
        next_moment=partial(next_delivery_time, day_starts=parts.day_starts if parts.delivery.one_a_day else None),
        before=calendars.before_message,
        on_trouble=partial(_report, parts.operator),
        limits=parts.limits,
        check=check,
        outcomes=metrics.outcomes,
    )
    store.wake_delivery = delivery.wake
    # Our listeners return at once and continue in the background; otherwise Bolt would check for each ack every 10 ms.
    # Without a name Bolt reads every file of the call stack to find one.
    bolt = SignedApp(
        name="balik",
        client=gateway.client,
        signing_secret=parts.signing_secret,
        process_before_response=True,
        logger=_quiet(),
        **({"authorize": admit} if connections else {}),
    )
    notice_limits(
        bolt,
        Limits(store, parts.operator, parts.clock.now, partial(metrics.dropped.add, "minutes")).noticed,
        context.team_of,
    )
    if workspaces:
        workspaces.follow_ends(bolt, context.spawn)
    handlers.register(bolt, context)
    sent = SentMessages(gateway, turns, with_part)
    per_workspace = partial(PerWorkspace, context.spawn, parts.limits, many=gateway.connections.many)
    watched = (channels, announcements, limits)
    comparing = Comparing(store, gateway, turns, watched, directory, metrics.missed, per_workspace())
    if workspaces:
        workspaces.flow.installed = comparing.plan
    in_slack: dict[str, Tick] = {
        "cleaning": Cleaner(store, gateway, turns, per_workspace()).tick,
        "retracting": Retracting(store, gateway, turns, per_workspace()).tick,
        "counting": Counting(store, gateway, renderers.render, directory, turns, per_workspace()).tick,
        "session_messages": SessionMessages(
            store, sent, partial(replace_stale, context), renderers.render, parts.mailing is not None, per_workspace()
        ).tick,
        "invitation_messages": InvitationMessages(store, sent, renderers.render, per_workspace()).tick,
        "circle_openings": CircleOpenings(store, gateway, turns, per_workspace()).tick,
        "planned_releases": PlannedReleases(store, directory, turns, per_workspace()).tick,
        "hr_channels": HrChannelChecks(store, channels, per_workspace()).tick,
        "busy_hours": calendars.tick,
        "session_mails": SessionMails(store, parts.mailing, partial(session_mail_words, context), parts.limits).tick,
        "comparing": comparing.tick,
        "purges": partial(purge_due, store),
    }
    scheduler = Scheduler(
        {**ticks(store, parts.retention_months), **in_slack},
        check.for_jobs,
        on_failure=partial(report_failing_job, store, parts.operator),
    )
    return Balik(parts, bolt, context, store, gateway, check, delivery, scheduler, worker, metrics, workspaces)


def _workspaces(parts: BotConfig, store: Store, client: AsyncWebClient, catalogue: Catalogue) -> "Workspaces | None":
    """The parts of mode many; None in mode one, which needs neither their modules nor the library's for OAuth."""
    if parts.many is None:
        return None
    from bot.workspaces.many import make_workspaces

    return make_workspaces(parts.many, store, client, parts.clock, catalogue)
