"""The code that runs in Lambda; imports nothing of ours outside this package."""
