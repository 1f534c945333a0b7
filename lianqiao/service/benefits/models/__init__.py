"""The tables of benefits."""

from lianqiao.service.benefits.models.decisions import Decision, MatchRun, RuleBook
from lianqiao.service.benefits.models.facts import Fact, FactImport, FactProblem
from lianqiao.service.benefits.models.grants import Appeal, Grant, Pot
from lianqiao.service.benefits.models.payments import Account, Batch, Payment, Recovery

__all__ = [
    "Account",
    "Appeal",
    "Batch",
    "Decision",
    "Fact",
    "FactImport",
    "FactProblem",
    "Grant",
    "MatchRun",
    "Payment",
    "Pot",
    "Recovery",
    "RuleBook",
]
