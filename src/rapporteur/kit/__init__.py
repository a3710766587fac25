"""Technical tools without a product word in them."""
