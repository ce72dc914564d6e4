"""workbench.feed"""
