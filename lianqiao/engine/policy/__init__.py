"""Policies as rules: yes, no or not yet known, for one party with every reason or for a million at once.

See `docs/policies.md`. A policy file is read, checked, bound to a day, and asked by one of two evaluators
that a property test holds to each other: `match` over columns, `explain` for one party.
"""
