"""services.synthesis.inference"""
