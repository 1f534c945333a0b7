"""What the studios stand on: a text written, checked by line, compared, published by a second person."""
