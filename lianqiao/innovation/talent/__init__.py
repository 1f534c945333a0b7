"""Talent: records people keep of themselves, scores that explain themselves, dual posts, and a secretary."""
