"""The worker: ticks and delivers, in a thread of `serve` or as a process of its own."""

from __future__ import annotations

import logging
import signal
import threading
import time
from dataclasses import replace
from datetime import datetime

from django.db import close_old_connections, connections

from lianqiao.bridge import jobs, queries
from lianqiao.engine.errors import Refusal
from lianqiao.organization import jobs as organization
from lianqiao.service import jobs as service
from lianqiao.service.api.changes import told
from lianqiao.service.benefits import jobs as benefits
from lianqiao.service.bundles import jobs as bundles
from lianqiao.service.drug import jobs as drug
from lianqiao.service.licences import jobs as licences
from lianqiao.site import beside, job_runner, metrics, pulse, schema, wall_clock
from lianqiao.site.addresses import case_address, document_address, letter_address, licence_address

EVERY_S = 15
SWEEP_EVERY_S = 3600
DOCUMENTS = beside.Work("documents", queries.documents_owed)
_next_sweep = [0.0]
log = logging.getLogger(__name__)


def tick_once(*, now: datetime, issuing: bool = True) -> jobs.Swept:
    """Let time act once and send what is owed; returns what moved.

    What time could not do, such as to a case whose promise's file is gone, holds up nothing to be sent.
    Documents are made out where `issuing`, a few of them: beside a worker a process of its own makes all.
    """
    try:
        swept = jobs.tick(now=now)
    finally:
        delivered = _sent(now)
        documents = _issued(now) if issuing else 0
    return replace(swept, delivered=delivered, documents=documents)


def _sent(now: datetime) -> int:
    delivered = jobs.deliver(now=now, link=case_address)
    delivered += organization.send_letters(now=now, link=letter_address)
    organization.forget(now=now)
    service.deliver_hooks(now=now, tell=told)
    service.sweep_drafts(now=now)
    _look_after_benefits(now)
    drug.take_answers()
    bundles.advance_runs(now=now)
    service.look_after_tasks(now=now)
    _look_after_files(now)
    return delivered + _look_after_licences(now)


def _issued(now: datetime) -> int:
    try:
        return jobs.issue(now=now, link=document_address)
    except Refusal as refusal:
        # a document that waits for a font or a promise's file must not make the clocks look ill
        log.warning("documents wait: %s", refusal)
        return 0


def _look_after_files(now: datetime) -> None:
    """Scan, picture and, hourly, sweep files; what goes wrong must not make the clocks look ill."""
    try:
        jobs.look_after_files(now=now)
        if time.monotonic() >= _next_sweep[0]:
            _next_sweep[0] = time.monotonic() + SWEEP_EVERY_S
            service.sweep_files(now=now)
    except (Refusal, OSError):
        log.exception("files could not be looked after; the next tick tries again")


def _look_after_licences(now: datetime) -> int:
    """Ask for the night, follow decided cases, write to holders; a missing key holds up nothing else."""
    try:
        return licences.look_after(now=now, link=licence_address)
    except Refusal as refusal:
        log.warning("licences wait: %s", refusal)
        return 0


def _look_after_benefits(now: datetime) -> None:
    """Match and let lapse; a pack with broken policies must not make the clocks look ill."""
    try:
        benefits.look_after_benefits(now=now)
    except Refusal:
        log.exception("benefits could not be looked after; the next tick tries again")


def run(stop: threading.Event) -> None:
    """Tick every 15 seconds until `stop` is set; a failed tick is logged and the next one tries again."""
    while not stop.is_set():
        close_old_connections()
        done, took_s = _tick()
        _leave_pulse(done=done, took_s=took_s)
        stop.wait(EVERY_S)
    pulse.stopped()


def run_with_jobs(stop: threading.Event) -> None:
    """Tick as `run` does, and have long jobs and documents done beside it, each in a process of their own."""
    works = (job_runner.LONG_JOBS, DOCUMENTS)
    threads = [
        threading.Thread(target=beside.supervise, args=(work, stop), name=work.verb, daemon=True)
        for work in works
    ]
    for thread in threads:
        thread.start()
    try:
        run(stop)
    finally:
        # a thread that ends leaves its connection open otherwise
        connections.close_all()
    for thread in threads:
        thread.join(beside.ENDS_WITHIN_S)


def run_until_stopped() -> None:
    """Run in this process until SIGTERM or SIGINT; the tick under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_with_jobs(stop)


def _tick() -> tuple[bool, float]:
    """Tick on a database of this release; returns whether it went well and how long it took, in seconds."""
    began = time.monotonic()
    try:
        pulse.began(wall_clock.read())
        # while a zone is being upgraded the database is ahead of the old workers: they wait, and do no harm
        schema.require()
        tick_once(now=wall_clock.read(), issuing=False)
        return True, time.monotonic() - began
    except Exception:
        # the worker outlives a database that is away for a while: what was due is still due
        log.exception("a tick failed; it is tried again in %s seconds", EVERY_S)
        return False, time.monotonic() - began


def _leave_pulse(*, done: bool, took_s: float) -> None:
    metrics.count_tick(done=done)
    now = wall_clock.read()
    try:
        pulse.ended(now, took_s=took_s, done=done)
        pulse.forget_the_lost(now)
    except OSError:
        # a full disk must not stop the clocks
        log.exception("the worker cannot leave its pulse in the home folder")
