"""Values of a review that several services share: pure, without storage."""
