"""workbench.handlers"""
