"""The account that development offers, so that the product can be tried without signing up. Production has none."""

from core import product

EMAIL = "demo@example.com"
PASSWORD = f"{product.SLUG}-demo"
