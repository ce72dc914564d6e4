"""Loading bundles into a review, and writing reviews as bundles, through the HTTP interface."""
