"""An OpenID provider that really runs, on loopback, for tests of signing in by way of one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

# a provider of its own process, as in service; it says on which port it listens
PROVIDER = """
import sys
from oidc_provider_mock import User, run_server_in_thread
known = {"email": "zhao@example.cn"}
people = [
    User(sub="zhao", claims={"preferred_username": "zhao", **known, "email_verified": True}),
    User(sub="loose", claims={**known, "email_verified": False}),
    User(sub="stranger", claims={"name": "陌生示例"}),
    User(sub="careful", claims={"preferred_username": "zhao", "amr": ["pwd", "otp"]}),
]
with run_server_in_thread(user_claims=people, require_nonce=True) as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    command = [sys.executable, "-W", "ignore", "-c", PROVIDER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://localhost:{int(process.stdout.readline())}"
        process.stdin.close()
