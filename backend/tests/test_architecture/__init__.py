"""The rules of the architecture, each with a proof that breaking it fails the build."""
