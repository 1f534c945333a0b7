"""The version of the privacy notice in force; whoever changes its words gives it a new one."""

from __future__ import annotations

PRIVACY = "privacy"
PRIVACY_VERSION = "2026-1"
