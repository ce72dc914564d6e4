"""workbench.reviews"""
