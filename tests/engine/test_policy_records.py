"""What attributes take from talent records has to be something these records have."""

from __future__ import annotations

from lianqiao.engine.policy.checking_records import check_records
from lianqiao.engine.policy.reading import digest, of_party, read_policies
from lianqiao.engine.policy.shape import Attribute
from tests.engine.test_policy_files import ROOT

FOLDER = ROOT / "districts/ganjiang/policies"
TITLE = {"zh-hans": "示例", "en": "example"}


def attribute(**more: object) -> Attribute:
    return Attribute.model_validate({"kind": "integer", "title": TITLE, **more})


def test_a_record_that_tells_nothing_is_found() -> None:
    good = attribute(party="person", record="score")
    assert check_records({"a": good, "b": attribute()}, None) == []
    (unknown,) = check_records({"a": attribute(party="person", record="scor")}, None)
    assert (unknown.code, "did you mean “score”" in unknown.hint) == ("record-unknown", True)
    (firms,) = check_records({"a": attribute(record="score")}, None)
    assert firms.hint == 'add party = "person"'


def test_an_attribute_of_people_is_unknown_to_policies_of_firms() -> None:
    texts = {str(path): path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}
    found = read_policies({name: text for name, text in texts.items() if "microdrama" not in name})
    firms, people = of_party(found.attributes, "firm"), of_party(found.attributes, "person")
    assert "talent_score" not in firms
    assert {"talent_score", "insured_months"} <= people.keys()
    assert "talent_score" not in found.attributes_of(found.policies["example-rd-support"])
    # neither party nor record is part of what identifies a rule
    one = found.attributes["talent_score"]
    assert not {"party", "record"} & one.model_dump().keys()
    assert len(digest(found.policies["example-talent-post"])) == 64
