"""One matter of life, made of several promises: asked once, opened one after the other, seen on one page."""
