"""Two drafts side by side: their words, their costs, who gains, who loses, who moves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lianqiao.engine.beijing import beijing
from lianqiao.service.benefits.pages.guarding import for_officers
from lianqiao.service.drafting.queries import side_by_side
from lianqiao.service.language import in_words, language
from lianqiao.service.pages import asking
from lianqiao.service.pages.refusing import refusals_shown
from lianqiao.service.policy_studio.commands.comparisons import ask_comparison
from lianqiao.service.policy_studio.queries import comparisons as queries
from lianqiao.service.policy_studio.queries.drafts import preview_of
from lianqiao.service.policy_studio.wording import comparison_shown, draft_words, side_shown


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
@refusals_shown
def comparison(request: HttpRequest, draft_id: int, other_id: int) -> HttpResponse:
    """Show what changes from one draft to the other; posted, have both reckoned over all parties."""
    if request.method == "POST":
        made = ask_comparison(draft_id, other_id, by=asking.person(request), now=asking.moment(request))
        if made.job_id:
            return redirect("job", job_id=made.job_id)
        return redirect("policy-comparison", draft_id=draft_id, other_id=other_id)
    pair = queries.pair_of(draft_id, other_id)
    day = beijing(asking.moment(request)).date()
    titles = [in_words(policy.title) for policy in pair.policies]
    context = {
        "pair": pair,
        "drafts": list(zip((pair.one, pair.other), titles, strict=True)),
        "titles": list(dict.fromkeys(titles)),
        "rows": list(side_by_side(pair.changes(day=day, language=language()))),
        "under_way": queries.under_way(pair),
        **_costs(pair),
    }
    return render(request, "policy_studio/comparison.html", context)


def _costs(pair: queries.Pair) -> dict[str, Any]:
    """Return what both were reckoned to cost: together, else each for itself where it was."""
    found = queries.reckoned(pair)
    if found is None:
        kept = [(one, preview_of(one.text)) for one in (pair.one, pair.other)]
        sides = [
            side_shown(draft_words(one.pk), cost.found["after"]) for one, cost in kept if cost and cost.found
        ]
        return {"sides": sides, "alone": [(draft_words(one.pk), cost) for one, cost in kept if cost]}
    kind = pair.policies[0].party
    keys = [key for side in ("gain", "lose") for key, _fen in found.found[side]["largest"]]
    shown = comparison_shown(found.found, queries.names_of(kind, keys), (pair.one.pk, pair.other.pk))
    return {"found": shown, "sides": shown["sides"], "reckoned": found.row}
