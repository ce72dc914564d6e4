"""What a strategy says, in which words each platform is asked, and which records it would find."""
