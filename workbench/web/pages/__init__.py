"""workbench.web.pages"""
