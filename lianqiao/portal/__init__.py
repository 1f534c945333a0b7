"""Front door: home, sign-in, search, layout and page atoms. No tables."""
