"""workbench.adapters"""
