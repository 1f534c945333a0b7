"""Licences that run out: their kinds as data, when they are looked at, and the credential that shows one."""
