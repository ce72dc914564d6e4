"""workbench.web.drawing"""
