"""Every budget, measured."""
