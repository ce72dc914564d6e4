"""The two pictures of a review as SVG: the flow of records and the configurations of a theory."""
