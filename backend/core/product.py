"""What the product is called."""

PRODUCT_NAME = "Lamina"
