"""The pages: the firm's own, the officer's, anyone's; the register imported; the paper verified."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from lianqiao.bridge import long_jobs
from lianqiao.bridge.models import Job
from lianqiao.command_line.main import main
from lianqiao.engine.errors import Refusal
from lianqiao.engine.licences.credential import token_in
from lianqiao.service.licences.commands import keys, register
from lianqiao.service.licences.commands.nights import ask_scheduled
from lianqiao.service.licences.commands.renewing import run_night
from lianqiao.service.licences.models import Credential, Licence, Night, Word
from lianqiao.service.licences.queries.keys import published_keys, signer
from lianqiao.site import worker
from lianqiao.site.job_kinds import KINDS
from tests.papers import words_of
from tests.service.forms_sent import errors, hidden, page
from tests.service.licences.register import GOOD, NOW, World, enter, fact, night, officers
from tests.world import at, signed_in, stream, upload


def test_the_firm_sees_it_renewed_and_anyone_verifies(world: World, tmp_path: object) -> None:
    one = enter("示例E1", world.firm)
    run_night(night(), now=NOW)
    firm = signed_in(world.agent)
    mine = page(firm.get("/licences/mine/"))
    assert "已自动延续" in mine
    assert "您的安全生产许可证 示例E1 已自动延续，无需申请" in mine
    assert Word.objects.get().seen_at == NOW
    shown = page(firm.get(f"/licences/{one.pk}/"))
    assert "有效期内未发生死亡事故" in shown
    paper = firm.get(f"/licences/{one.pk}/e-licence.pdf")
    content = paper.content
    assert "安全生产许可证" in words_of(content)
    token = firm.get(f"/licences/{one.pk}/e-licence.jwt").content.decode()
    assert token_in(content) == token
    assert PdfReader(io.BytesIO(content)).attachments["licence.vc.jwt"] == [token.encode()]
    code = Credential.objects.get().code

    anyone = Client()
    assert "真实有效" in page(anyone.get(f"/licences/verify/{code}/"))
    sent = anyone.post("/licences/verify/", {"file": upload("证照.pdf", content)})
    assert "真实有效" in page(sent)
    assert world.agent.name not in page(sent)
    assert anyone.get("/licences/verify/", {"code": code.lower()}).status_code == 302
    assert "真实有效" in page(anyone.post("/licences/verify/", {"text": f" {token[:200]}\n{token[200:]} "}))
    altered = token[:300] + ("A" if token[300] != "A" else "B") + token[301:]
    assert "内容被改动" in page(anyone.post("/licences/verify/", {"text": altered}))
    wrong = anyone.post("/licences/verify/", {})
    assert wrong.status_code == 422
    assert "请提供验证码" in page(wrong)
    for typed, where in (({"code": "无此码"}, "code"), ({"text": "不是凭证"}, "text")):
        answer = anyone.post("/licences/verify/", typed)
        assert answer.status_code in (404, 422)
        assert where in errors(answer)
    scan = anyone.post("/licences/verify/", {"file": upload("照片.pdf", b"%PDF-1.4 nothing")})
    assert "没有签名的电子证照" in page(scan)

    with at(NOW + timedelta(days=5000)):
        assert "已过有效期" in page(anyone.get(f"/licences/verify/{code}/"))
    register.revoke(one.pk, reason="示例：申请注销", by=None, now=NOW)
    assert "已撤销" in page(anyone.get(f"/licences/verify/{code}/"))
    assert "已被撤销" in page(firm.get("/licences/mine/"))


def test_without_a_connection_and_without_a_database(
    world: World, tmp_path: object, capsys: pytest.CaptureFixture[str], pytestconfig: pytest.Config
) -> None:
    folder = pytestconfig.rootpath.__class__(str(tmp_path))
    one = enter("示例F1", world.firm)
    run_night(night(), now=NOW)
    client = Client()
    names = {"jwks.json": "/.well-known/jwks.json", "issuer.json": "/.well-known/jwt-vc-issuer",
             "list.jwt": "/licences/status/0"}  # fmt: skip
    for name, address in names.items():
        answer = client.get(address)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        (folder / name).write_bytes(answer.content)
    pdf = folder / "证照.pdf"
    pdf.write_bytes(signed_in(world.agent).get(f"/licences/{one.pk}/e-licence.pdf").content)

    def said(*more: str) -> tuple[int, dict[str, object]]:
        status = main(["licence", "verify", str(pdf), "--keys", str(folder / "jwks.json"), "--json", *more])
        return status, json.loads(capsys.readouterr().out)

    as_of = ("--as-of", "2026-02-11T12:00")
    status, told = said(*as_of)
    assert (status, told["state"], told["revocation"]) == (0, "valid", "not-checked")
    assert told["holder"] == world.firm.name
    assert said(*as_of, "--status", str(folder / "list.jwt"))[1]["revocation"] == "checked"
    assert said("--as-of", "2036-01-01")[0] == 1
    register.revoke(one.pk, reason="示例", by=None, now=NOW)
    (folder / "list.jwt").write_bytes(client.get("/licences/status/0").content)
    assert said(*as_of, "--status", str(folder / "list.jwt"))[1]["state"] == "revoked"
    assert main(["licence", "verify", str(pdf)]) == 2
    assert "--keys" in capsys.readouterr().err
    assert main(["licence", "verify", str(folder / "jwks.json"), "--keys", str(folder / "jwks.json")]) == 2


def test_keys_turn_and_old_ones_still_verify(world: World) -> None:
    enter("示例G1", world.firm)
    run_night(night(), now=NOW)
    first = Credential.objects.get()
    keys.rotate_key(now=NOW)
    assert [one["kid"] for one in published_keys()["keys"]][1] == first.kid
    assert signer().kid != first.kid
    assert "真实有效" in page(Client().get(f"/licences/verify/{first.code}/"))
    keys.withdraw_key(first.kid, now=NOW)
    assert "不是本区签发" in page(Client().get(f"/licences/verify/{first.code}/"))
    assert "d" not in published_keys()["keys"][0], "the private half is published"


def test_the_officers_register(world: World) -> None:
    officer, _ = officers()
    enter("示例H1", world.firm)
    bad = enter("示例H2", world.other_firm, known={**GOOD, "rectification_open": fact(True)})
    lacks = enter(
        "示例H3", world.firm, days=100, known={k: v for k, v in GOOD.items() if k != "fatal_accident"}
    )
    run_night(night(), now=NOW)
    client = signed_in(officer)
    listed = page(client.get("/licences/"))
    assert "不满足：没有未完成的整改（《安全生产许可证条例》第九条）" in listed
    assert "缺：应急管理部门事故证明" in page(client.get("/licences/?standing=missing"))
    assert "示例H1" not in page(client.get("/licences/?q=无此企业"))
    assert stream(client.get("/licences/licences.xlsx?standing=person")).startswith(b"PK")
    assert "1" in page(client.get("/licences/nights/"))
    assert signed_in(world.agent).get("/licences/").status_code == 403
    assert signed_in(world.agent).get(f"/licences/{bad.pk}/").status_code == 404

    form = client.get(f"/licences/{lacks.pk}/")
    wrong = client.post(
        f"/licences/{lacks.pk}/fact/",
        {**hidden(form), "attribute": "fatal_accident", "value": "也许", "source": "证明"},
    )
    assert wrong.status_code == 422
    assert 'value="也许"' in page(wrong)
    sent = client.post(
        f"/licences/{lacks.pk}/fact/", {"attribute": "fatal_accident", "value": "否", "source": "证明"}
    )
    assert sent.status_code == 302
    assert client.post(f"/licences/{bad.pk}/revoke/", {"reason": ""}).status_code == 422
    assert client.post(f"/licences/{bad.pk}/revoke/", {"reason": "示例"}).status_code == 302
    assert "撤销" in page(client.get(f"/licences/{bad.pk}/"))
    with pytest.raises(Refusal):
        register.revoke(bad.pk, reason="再次", by=officer, now=NOW)
    asked = client.post("/licences/nights/ask/")
    assert asked.status_code == 302
    long_jobs.do_all(KINDS, clock=lambda: NOW + timedelta(days=1))
    lacks.refresh_from_db()
    assert lacks.standing == "renewed"
    assert "夜间核查" in page(client.get(asked.headers["Location"])) or "续" in page(
        client.get("/licences/nights/")
    )


def test_the_holder_opts_out_and_in(world: World) -> None:
    one = enter("示例I1", world.firm, days=30)
    firm = signed_in(world.agent)
    assert firm.post(f"/licences/{one.pk}/choose/", {"out": "1"}).status_code == 302
    assert signed_in(world.stranger).post(f"/licences/{one.pk}/choose/", {"out": "0"}).status_code == 404
    assert run_night(night(), now=NOW).renewed == 0
    assert "您已退出自动续证" in page(firm.get("/licences/mine/"))
    firm.post(f"/licences/{one.pk}/choose/", {"out": "0"})
    assert run_night(night(), now=NOW).renewed == 1


def test_the_worker_asks_for_one_night_a_day(world: World) -> None:
    assert ask_scheduled(now=NOW) is None, "nothing is registered"
    enter("示例J1", world.firm)
    early = NOW.replace(hour=16, minute=30) - timedelta(days=1)  # 00:30 in Beijing
    assert ask_scheduled(now=early) is None
    for _ in range(2):
        worker.tick_once(now=NOW)
    assert Night.objects.count() == 1
    assert Job.objects.filter(kind="licence-night").count() == 1
    long_jobs.do_all(KINDS, clock=lambda: NOW)
    assert Night.objects.get().renewed == 1


def test_a_register_is_brought_in(world: World) -> None:
    officer, _ = officers()
    client = signed_in(officer)
    code, other = world.firm.credit_code, world.other_firm.credit_code
    rows = [
        "证件种类,证照编号,统一社会信用代码,发证日期,有效期至,有效期内发生死亡事故",
        f"安全生产许可证,示例K1,{code},2023-03-24,2026-03-23,否",
        f"农药经营许可证,示例K2,{other},2024年5月1日,,",
        f"安全生产许可证,示例K3,{code},2023-13-01,,",
        "安全生产许可证,示例K4,91360112MA0000009X,2023-01-01,,",
        f"驾驶证,示例K5,{code},2023-01-01,,",
        f"安全生产许可证,示例K6,{code},2023-01-01,2022-01-01,",
        f"安全生产许可证,示例K7,{code},2023-01-01,2027-01-01,也许",
    ]
    taken = client.post("/licences/import/", {"file": upload("台账.csv", "\n".join(rows).encode())})
    assert taken.status_code == 302, page(taken)
    columns = taken.headers["Location"]
    asked = page(client.get(columns))
    assert "证件种类" in asked
    unnamed = client.post(
        columns, {"number": "证照编号", "firm": "统一社会信用代码", "issued_on": "发证日期"}
    )
    assert "kind" in errors(unnamed)
    typed = {"kind": "证件种类", "number": "证照编号", "firm": "统一社会信用代码", "issued_on": "发证日期",
             "valid_until": "有效期至"}  # fmt: skip
    job = client.post(columns, typed)
    assert job.status_code == 302
    assert long_jobs.do_all(KINDS, clock=lambda: NOW) == 1
    entered = {one.number: one for one in Licence.objects.all()}
    assert set(entered) == {"示例K1", "示例K2", "示例K7"}
    assert entered["示例K1"].known["fatal_accident"]["value"] is False
    assert entered["示例K2"].valid_until.isoformat() == "2029-04-30"
    assert "fatal_accident" not in entered["示例K7"].known
    told = page(client.get(f"/licences/imported/{job.headers['Location'].split('/')[-2]}/"))
    for words in ("示例", "91360112MA0000009X", "驾驶证", "2022-01-01", "发证日期", "有效期内发生死亡事故"):
        assert words in told
    for raw in ("issued_on", "fatal_accident", "is not a date"):
        assert raw not in told
    assert "4" in told


def test_bad_files_are_refused_as_a_whole(world: World) -> None:
    officer, _ = officers()
    client = signed_in(officer)
    for name, content in (
        ("空.csv", b" "),
        ("页.csv", b"<html><body>error</body></html>"),
        ("x.xlsx", b"PK\x03\x04"),
    ):
        answer = client.post("/licences/import/", {"file": upload(name, content)})
        assert answer.status_code == 200
        assert "file" in errors(answer), name
