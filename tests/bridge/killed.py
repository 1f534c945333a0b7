"""A process that does one thing with the database and is killed in the middle, as told on standard input.

Each line is JSON: {"do": "act", "kill": "before-commit", "at": 1, …}. The work is done in a fork, which
kills itself with SIGKILL at the moment named: before or after its commit number `at`, before or after a mail
went out, or after the first piece of a file arrived. The answer is the number of the signal the fork died of,
0 if it lived. None of this is known to the program: the moments are put into Django's own functions here.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any


def main() -> None:
    import django

    django.setup()
    # all that a fork would otherwise import itself, each time anew
    from lianqiao.bridge import commands, jobs  # noqa: F401

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _work(json.loads(line))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
        print(ended, flush=True)


def _work(task: dict[str, Any]) -> None:
    from django.conf import settings

    try:
        _prepare(task)
        settings.EMAIL_PORT, settings.MEDIA_ROOT = task["mail_port"], task["media"]
        doing = _licence_night if task["do"] == "licence-night" else _do
        doing(task, datetime.fromisoformat(task["now"]))
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)


def _do(task: dict[str, Any], now: datetime) -> None:
    from lianqiao.bridge import commands, jobs, packs
    from lianqiao.organization.models import Firm, Person

    by = Person.objects.get(pk=task["by"]) if "by" in task else None
    if task["do"] == "act":
        commands.act(
            task["number"], task["step"], by=by, data=task.get("data", {}), now=now, once=task.get("once", "")
        )
    elif task["do"] == "act-together":
        asked = [commands.StepAsked(number, task["step"], by, {}) for number in task["numbers"]]
        commands.act_together(asked, now=now)
    elif task["do"] == "open":
        firm = Firm.objects.get(pk=task["firm"])
        commands.open_case(
            task["mechanism"], by=by, firm=firm, data=task["data"], now=now, once=task.get("once", "")
        )
    elif task["do"] == "hand-over":
        to = Person.objects.get(pk=task["to"])
        commands.hand_over(by, to_person=to, duty=task["duty"], by=by, reason="示例调岗", now=now)
    elif task["do"] == "tick":
        jobs.tick(now=now)
    elif task["do"] == "deliver":
        jobs.deliver(now=now, link=lambda number: f"https://zone.example/cases/{number}/")
    elif task["do"] == "receive":
        field = packs.current().newest("simple").fields["paper"]
        commands.receive(_Upload(task), field=field, by=by, now=now)


def _licence_night(task: dict[str, Any], now: datetime) -> None:
    from lianqiao.service.licences.commands import nights, renewing

    renewing.AT_ONCE = task["pieces"]
    nights.run_at_once(now=now)


def _prepare(task: dict[str, Any]) -> None:
    from lianqiao.bridge.commands import sweeping

    sweeping.AT_ONCE = task.get("at_once", sweeping.AT_ONCE)
    kind = task.get("kill", "")
    if kind.endswith("-commit"):
        _die_at_commit(kind, task.get("at", 1))
    if kind.endswith("-mail"):
        _die_at_mail(kind)


def _die_at_commit(kind: str, at: int) -> None:
    from django.db import transaction

    from lianqiao.organization.queries.one_trip import Trips

    leave, run = transaction.Atomic.__exit__, Trips.run
    left = 0

    def leaving(self: Any, exc_type: Any, *rest: Any) -> None:
        nonlocal left
        outermost = not transaction.get_connection(self.using).savepoint_ids
        left += outermost and exc_type is None
        if outermost and left == at and kind == "before-commit":
            _die()
        leave(self, exc_type, *rest)
        if outermost and left == at and kind == "after-commit":
            _die()

    def running(self: Any, asked: Any, *, commits: bool = False) -> Any:
        # on PostgreSQL an act's COMMIT goes out behind its last statements, before the block is left
        if commits and left + 1 == at and kind == "before-commit":
            run(self, asked)
            _die()
        return run(self, asked, commits=commits)

    transaction.Atomic.__exit__ = leaving  # type: ignore[method-assign,assignment]
    Trips.run = running  # type: ignore[method-assign]


def _die_at_mail(kind: str) -> None:
    from django.core.mail.backends.smtp import EmailBackend

    send = EmailBackend.send_messages

    def sending(self: Any, messages: Any) -> Any:
        if kind == "before-mail":
            _die()
        send(self, messages)
        _die()

    EmailBackend.send_messages = sending  # type: ignore[method-assign]


class _Upload:
    def __init__(self, task: dict[str, Any]) -> None:
        self.name, self.task = "示例.pdf", task

    def chunks(self) -> Iterator[bytes]:
        yield b"%PDF-1.4\n"
        if self.task.get("kill") == "in-upload":
            _die()
        yield b"%%EOF\n"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
