"""Where messages may go: to the open internet and what the office allowed, by no other name."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from lianqiao.bridge import outbound
from lianqiao.engine.errors import Refusal
from tests.portal.api_world import Api
from tests.service.receiver import HERE, Receiver, far, receiver
from tests.world import World

__all__ = ["far"]

INSIDE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2002:a00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_closed(address: str) -> None:
    assert not outbound.allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet_are_open(address: str) -> None:
    assert outbound.allowed(ipaddress.ip_address(address))


def test_an_office_network_is_opened_by_name() -> None:
    allow = (ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd12::/48"))
    assert outbound.allowed(ipaddress.ip_address("10.20.3.4"), allow)
    assert outbound.allowed(ipaddress.ip_address("::ffff:10.20.3.4"), allow)
    assert outbound.allowed(ipaddress.ip_address("fd12::1"), allow)
    assert not outbound.allowed(ipaddress.ip_address("10.21.0.1"), allow)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://firm.example/", "file:///etc/passwd", "gopher://firm.example/", "javascript:alert(1)", "https://",
        "https:///path", "https://name:secret@firm.example/", "https://firm.example/#part", "//firm.example/",
        "https://firm.example:22/", "https://firm.example:25/", "https://firm.example:99999/",
        "https://firm.example/\r\nX-Injected: 1", "https://firm.example/ x", "https://[::1/",
        "https://" + "a" * 64 + ".example/", "https://firm.example/" + "x" * 600,
    ],
)  # fmt: skip
def test_addresses_that_are_none(world: World, url: str) -> None:
    answer = Api.of(world.agent).post("/webhooks", {"name": "x", "url": url})
    assert answer.status_code == 422
    with pytest.raises(Refusal):
        outbound.checked_url(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "127.1", "[::ffff:7f00:1]"]
)
def test_this_machine_is_not_reached_by_any_of_its_names(host: str) -> None:
    with receiver() as far:
        outcome = outbound.send(f"http://{host}:{far.port}/", b"{}", {})
    assert not outcome.delivered
    assert far.received == []


def test_a_name_that_leads_inside_is_closed(far: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    lead(monkeypatch, "127.0.0.1")
    outcome = outbound.send(f"http://firm.example:{far.port}/", b"{}", {})
    assert "not on the open internet" in outcome.error
    assert far.received == []


def test_a_name_is_looked_up_once(far: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was judged is what is connected to: a name cannot change its mind in between."""
    asked = lead(monkeypatch, "127.0.0.1", then="10.0.0.1")
    assert outbound.send(f"http://firm.example:{far.port}/x", b"{}", {}, allow=HERE).delivered
    assert [name for name in asked if name == "firm.example"] == ["firm.example"]
    assert far.received[0][0]["host"] == f"firm.example:{far.port}"


def test_of_several_addresses_only_those_outside_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    lead(monkeypatch, "10.0.0.1", "169.254.169.254")
    assert outbound._address_of("firm.example", 443, ()) is None
    lead(monkeypatch, "10.0.0.1", "8.8.8.8")
    assert str(outbound._address_of("firm.example", 443, ())) == "8.8.8.8"


def lead(monkeypatch: pytest.MonkeyPatch, *addresses: str, then: str = "") -> list[str]:
    """Let every name lead to these addresses, the second time to `then`; return the names asked for."""
    asked: list[str] = []
    true = socket.getaddrinfo

    def found(host: str, port: int, *args: Any, **more: Any) -> Any:
        asked.append(host)
        if host != "firm.example":
            return true(host, port, *args, **more)
        given = (then,) if then and asked.count(host) > 1 else addresses
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in given]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked
