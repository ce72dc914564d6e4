"""When the next request may go to a host, for all copies of the service together."""
