"""workbench.people"""
