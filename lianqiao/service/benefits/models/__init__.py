"""The tables of benefits."""

from lianqiao.service.benefits.models.facts import Fact, FactImport, FactProblem

__all__ = ["Fact", "FactImport", "FactProblem"]
