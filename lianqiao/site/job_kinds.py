"""The kinds of long jobs there are, each with what does it; a room's kind is named here and nowhere else."""

from __future__ import annotations

from lianqiao.bridge.commands import checking
from lianqiao.bridge.file_check.job import check_file
from lianqiao.bridge.file_check.limits import LIMITS
from lianqiao.bridge.long_jobs import Kind
from lianqiao.service.benefits.commands import benefit_jobs, fact_jobs
from lianqiao.service.commands import log_jobs
from lianqiao.service.licences.commands import importing as licence_imports
from lianqiao.service.licences.commands import nights
from lianqiao.service.policy_studio.commands import comparisons, previews
from lianqiao.service.studio.commands import simulations

KINDS: dict[str, Kind] = {
    # the reading ends by itself; whatever is left of it a while later hangs
    checking.KIND: Kind(check_file, most_s=LIMITS["film"].wall_s + 60),
    log_jobs.KIND: Kind(log_jobs.import_uploaded_log, most_s=1200),
    previews.KIND: Kind(previews.answer_preview, most_s=3600),
    comparisons.KIND: Kind(comparisons.answer_comparison, most_s=3600),
    simulations.KIND: Kind(simulations.answer_simulation, most_s=1800),
    fact_jobs.KIND: Kind(fact_jobs.import_facts),
    nights.KIND: Kind(nights.do_night, most_s=3600),
    licence_imports.KIND: Kind(licence_imports.import_uploaded, most_s=3600),
    benefit_jobs.MATCH: Kind(benefit_jobs.do_matching),
    benefit_jobs.INVITE: Kind(benefit_jobs.do_inviting),
    benefit_jobs.BATCH: Kind(benefit_jobs.do_batch),
    benefit_jobs.RECEIPT: Kind(benefit_jobs.do_receipt),
}
