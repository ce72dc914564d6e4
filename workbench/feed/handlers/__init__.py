"""workbench.feed.handlers"""
