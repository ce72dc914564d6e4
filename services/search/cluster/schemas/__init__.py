"""What the routes of CLUSTER searching take and give."""
