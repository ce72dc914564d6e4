"""services.synthesis.arguments"""
