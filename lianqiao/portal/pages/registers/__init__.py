"""The registers the window and the digital office keep: who acts for whom, who is locked out, who left."""
