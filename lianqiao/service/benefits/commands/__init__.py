"""What changes anything of benefits."""
