"""services.synthesis.theories"""
