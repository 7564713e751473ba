"""Migrations, one file each; `make migration` writes them."""
