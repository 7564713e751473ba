"""The checks of `main.py check`. `service/checks.py` lists them; a product adds its own there."""
