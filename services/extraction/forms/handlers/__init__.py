"""services.extraction.forms.handlers"""
