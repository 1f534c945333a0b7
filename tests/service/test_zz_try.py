import pytest
from tests.world import *
from tests.world import world  # noqa
def test_flow(world):
    c=signed_in(world.agent)
    r=c.get("/services/"); print(r.status_code)
    r=c.get(f"/services/{FILING}/"); print(r.status_code)
    r=c.get(f"/services/{FILING}/new/"); print(r.status_code, len(r.content))
    r=c.post(f"/services/{FILING}/new/", {}); print(r.status_code); 
    import re; print(re.findall(r'errorlist.*?</ul>', read(r), re.S)[:3])
    r=c.post(f"/services/{FILING}/new/", {**TYPED, "application_form": upload("a.pdf")}); print(r.status_code); print(re.findall(r'errorlist.*?</ul>', read(r), re.S)); print(re.findall(r'_kept[^>]*>', read(r)))
    kept=re.findall(r'name="(_kept[^"]*)" value="([^"]*)"', read(r)); once=re.search(r'_once" value="(\w+)"',read(r))[1]
    r=c.post(f"/services/{FILING}/new/", {**TYPED, **dict(kept),"_once":once, "production_licence": upload("b.pdf"),"script":upload("c.pdf")}); print(r.status_code, r.headers.get("Location"))
    print(re.findall(r'errorlist.*?</ul>', read(r), re.S))
    url=r.headers["Location"]
    r=c.get(url); print(r.status_code); open("/tmp/case.html","w").write(read(r))
