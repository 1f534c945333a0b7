"""The policy studio: policies in words beside their rule, tried out, reckoned, published by two people."""
