"""How bot processes come to be: one module per way."""
