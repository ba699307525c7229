"""What operators and reviewers do with a deployment."""
