"""services.synthesis.inference.api"""
