"""The components for programs in other languages: a plugin that Pulumi's engine starts and asks."""
