"""`lianqiao serve`: web and worker in one process."""

from __future__ import annotations

import argparse
import gc
import ipaddress
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from lianqiao.command_line import django_site
from lianqiao.engine.errors import refuse

STOPS_WITHIN_S = 10
# a film of 2 GB in a form sent whole, and the form around it
LARGEST_BODY_BYTES = 2200 * 1024 * 1024


def add_parser(subparsers: Any) -> None:
    """Register the verb `serve`."""
    parser = subparsers.add_parser("serve", help="serve the district pack: web and worker in one process")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--threads", type=int, default=8, help="how many requests are served at once")
    parser.add_argument("--no-worker", action="store_true", help="leave ticking to other processes")
    parser.add_argument(
        "--demo", action="store_true", help="demonstration: example people and cases; loopback only"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Bring the database up to date, then serve until stopped."""
    from lianqiao.bridge import memory

    # before there is any thread
    memory.one_heap()
    demo = args.demo or os.environ.get("LIANQIAO_DEMO") == "1"
    if demo and not _loopback(args.host):
        raise refuse(
            "demo-not-loopback",
            f"the demonstration lets anyone sign in as anyone, so it is not served on {args.host}",
            hint="serve it on 127.0.0.1, or leave out --demo",
        )
    if demo:
        os.environ["LIANQIAO_DEMO"] = "1"
    os.environ.setdefault("SITE_ADDRESS", f"http://{args.host}:{args.port}")
    django_site.start_without_zone()
    from django.core.management import call_command

    from lianqiao.command_line.load import load

    loaded = load()
    call_command("collectstatic", interactive=False, verbosity=0)
    if demo and (status := _load_demo()):
        return status
    _serve(args, loaded)
    return 0


def _load_demo() -> int:
    """Load the demonstration where it is not there, in a process of its own: it needs twice our memory."""
    from lianqiao.organization.queries import example_firms

    if example_firms():
        return 0
    return subprocess.run([sys.executable, "-m", "lianqiao", "demo"], check=False).returncode


def _serve(args: argparse.Namespace, loaded: dict[str, Any]) -> None:
    from django.conf import settings

    from lianqiao.bridge import memory
    from lianqiao.command_line import answering
    from lianqiao.site import worker
    from lianqiao.site.wsgi import application

    _refuse_taken_port(args.host, args.port)
    # what is being received lies where attachments will: /tmp is often small, or memory
    incoming = Path(settings.MEDIA_ROOT) / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(incoming)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_with_jobs, args=(stop,), name="worker", daemon=True)
    if not args.no_worker:
        thread.start()
    # what is loaded by now stays: it need not be looked through whenever memory is tidied up
    memory.give_back()
    gc.freeze()
    print(f"{loaded['district']} · http://{args.host}:{args.port}", flush=True)
    try:
        answering.serve(
            application, host=args.host, port=args.port, threads=args.threads, ident="lianqiao",
            max_request_body_size=LARGEST_BODY_BYTES, **_behind(settings.ENVIRONMENT.proxy),
        )  # fmt: skip
    finally:
        stop.set()
        if thread.is_alive():
            thread.join(STOPS_WITHIN_S)


def _behind(proxy: str) -> dict[str, Any]:
    """Return what waitress needs to believe one proxy, and no other, about who is asking and how."""
    if not proxy:
        # nobody is believed, but the headers stay: by them the probes know a visitor who was passed on
        return {"clear_untrusted_proxy_headers": False}
    believed = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": believed, "clear_untrusted_proxy_headers": True}


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise refuse(
                "port-taken",
                f"{host}:{port} cannot be served: {error.strerror}",
                hint="stop the other program, or choose another port with --port or PORT",
            ) from error


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
