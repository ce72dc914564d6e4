"""services.synthesis"""
