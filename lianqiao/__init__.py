"""Lianqiao 链桥: the platform a development zone runs to grow its industry chains and keep its promises."""

__version__ = "0.1.0"
