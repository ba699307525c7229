"""Every budget, measured: each subject against a floor timed in the same run."""
