"""workbench.feed.api"""
