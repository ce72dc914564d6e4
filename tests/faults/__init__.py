"""What must survive power loss."""
