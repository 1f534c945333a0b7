"""What is asked of benefits."""
