"""What each environment is."""
