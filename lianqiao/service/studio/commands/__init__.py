"""What can be done in the studio: write a version, simulate it, publish and withdraw it."""
