"""Licences renewed without noticing: the register, the nightly renewal, the e-licence."""
