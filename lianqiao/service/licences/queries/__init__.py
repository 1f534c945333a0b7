"""Reads of licences."""
